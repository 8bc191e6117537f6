import { type Page } from '@playwright/test';
import { expectAccessible } from '../../fixtures/a11y';
import { CONTOSO, disconnect, reconnect } from '../../fixtures/contoso';
import { open } from '../../fixtures/page';
import type { Fault, Sim } from '../../fixtures/sim';
import { expect, test } from '../../fixtures/test';

const TEAMS = '/msp/settings/integrations/teams';
const ROLES = CONTOSO.roles;
const without = (role: string) => ({ roles: ROLES.filter((known) => known !== role) });

/** Something that is wrong at Microsoft, and what the page says of it. */
interface Cause {
  name: string;
  /** Switches it on in the simulator. */
  breaks: (sim: Sim) => Promise<void>;
  step: string;
  state?: 'failed' | 'warning' | 'waiting';
  /** The steps that it shows in as well. */
  besides?: string[];
  /** What was found, and what mends it: by words, by commands to paste, or on a page of Microsoft's. */
  says: string;
  fix: string;
  commands?: string;
  link?: string;
}

const organizer = (change: Record<string, unknown>) => (sim: Sim) => sim.changeUser(CONTOSO.organizerId, change);
const colleague = (change: Record<string, unknown>) => (sim: Sim) => sim.changeUser(CONTOSO.colleagueId, change);
const tenant = (change: Record<string, unknown>) => (sim: Sim) => sim.changeTenant(CONTOSO.tenant, change);
const app = (change: Record<string, unknown>) => (sim: Sim) => sim.changeApp(CONTOSO.client, change);
/** A refusal for which Microsoft has no switch: it is about what one request of the check meets, asked twice where it may pass by itself. */
const refusal = (route: Fault['route'], code: string, message: string) => (sim: Sim) =>
  sim.fault({ route, times: 2, answer: { status: 403, code, message } });

const CAUSES: Record<string, Cause[]> = {
  'of the app registration': [
    {
      name: 'the secret has expired',
      breaks: app({ secret_expired: true }),
      step: 'token',
      says: 'The client secret has expired.',
      fix: 'Make a new client secret in Entra and save its value above.',
      link: `/appId/${CONTOSO.client}`,
    },
    {
      name: 'the secret is another one',
      breaks: app({ secret: 'renewed-by-somebody-else' }),
      step: 'token',
      says: 'Microsoft does not know this client secret.',
      fix: 'copy the column “Value”',
      link: `/appId/${CONTOSO.client}`,
    },
    {
      name: 'nothing is consented to',
      breaks: app({ roles: [] }),
      step: 'roles',
      says: 'No permission is granted to the app.',
      fix: `Add User.Read.All, ${ROLES.slice(0, 3).join(', ')} to the app`,
      link: `/${CONTOSO.tenant}/adminconsent?client_id=${CONTOSO.client}`,
    },
    {
      name: 'users may not be looked up',
      breaks: app(without('User.Read.All')),
      step: 'roles',
      says: 'These permissions are missing: User.Read.All.',
      fix: 'Add User.Read.All to the app as application permissions',
      link: 'adminconsent',
    },
    {
      name: 'online meetings are not consented to',
      breaks: app(without('OnlineMeetings.ReadWrite.All')),
      step: 'roles',
      says: 'These permissions are missing: OnlineMeetings.ReadWrite.All.',
      fix: 'Add OnlineMeetings.ReadWrite.All to the app',
      link: 'adminconsent',
    },
    {
      name: 'Graph refuses a lookup although the token allows it',
      breaks: refusal('users', 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
      step: 'organizer',
      says: 'Minuted may not look users up.',
      fix: 'Add User.Read.All to the app',
      link: 'adminconsent',
    },
    {
      name: 'Teams misses a role although the token has it',
      breaks: refusal('online-meetings', 'Forbidden', "Missing role permissions on the request. API requires one of 'OnlineMeetings.Read.All'."),
      step: 'meeting',
      says: 'Microsoft says that the permission OnlineMeetings.ReadWrite.All is missing.',
      fix: 'Add OnlineMeetings.ReadWrite.All to the app',
      link: 'adminconsent',
    },
  ],
  'of the organizer and the calendar': [
    {
      name: 'the account is disabled',
      breaks: organizer({ enabled: false }),
      step: 'organizer',
      says: `The account ${CONTOSO.organizer} is disabled.`,
      fix: 'Enable it in Entra',
      commands: `Update-MgUser -UserId '${CONTOSO.organizer}' -AccountEnabled:$true`,
    },
    {
      name: 'the mailbox is out of scope',
      breaks: organizer({ in_calendar_scope: false }),
      step: 'calendar',
      says: `Minuted may not open the mailbox of ${CONTOSO.organizer}.`,
      fix: 'Give the app access to this one mailbox in Exchange.',
      commands: "New-ManagementRoleAssignment -Name 'Minuted calendar' -App $sp.Id -Role 'Application Calendars.ReadWrite'",
    },
    {
      name: 'a legacy policy denies the mailbox',
      breaks: async (sim) => {
        await app({ roles: [...ROLES, 'Calendars.ReadWrite'] })(sim);
        await organizer({ in_calendar_scope: false, access_policy_denied: true })(sim);
        await colleague({ access_policy_denied: true })(sim);
      },
      step: 'calendar',
      says: 'An application access policy in Exchange, of the older kind, denies the mailbox',
      fix: 'Give access by a role instead',
      commands: `Get-ApplicationAccessPolicy | Where-Object AppId -eq '${CONTOSO.client}' | Remove-ApplicationAccessPolicy`,
    },
    {
      name: 'there is no mailbox',
      breaks: organizer({ has_mailbox: false }),
      step: 'calendar',
      says: `${CONTOSO.organizer} has no mailbox in Exchange Online.`,
      fix: 'Give the account a licence with Exchange Online and Teams',
    },
    {
      name: 'calendars are granted without a scope',
      breaks: app({ roles: [...ROLES, 'Calendars.ReadWrite'] }),
      step: 'scope',
      state: 'warning',
      says: 'Minuted reaches every mailbox: Calendars.ReadWrite is granted in Entra for the whole tenant.',
      fix: 'take the permission away in Entra',
      commands: 'Remove-MgServicePrincipalAppRoleAssignment',
    },
    {
      name: 'the scope is too wide',
      breaks: colleague({ in_calendar_scope: true }),
      step: 'scope',
      state: 'warning',
      says: `Minuted reaches ${CONTOSO.colleague}, too: the scope in Exchange is too wide.`,
      fix: 'Narrow the scope to the organizer’s mailbox.',
      commands: `Set-ManagementScope -Identity 'Minuted organizer' -RecipientRestrictionFilter "UserPrincipalName -eq '${CONTOSO.organizer}'"`,
    },
  ],
  'of Teams': [
    {
      name: 'no application access policy',
      breaks: organizer({ teams_policy: false }),
      step: 'meeting',
      says: `No Teams application access policy lets Minuted act for ${CONTOSO.organizer}.`,
      fix: 'Grant one with Teams PowerShell.',
      commands: `Grant-CsApplicationAccessPolicy -PolicyName Minuted -Identity '${CONTOSO.organizerId}'`,
    },
    {
      name: 'the policy is on its way',
      breaks: organizer({ teams_policy_flaps: true }),
      step: 'meeting',
      state: 'waiting',
      besides: ['recordings', 'transcripts'],
      says: 'a change is still on its way through its services',
      fix: 'Wait for half an hour, then check again.',
    },
    {
      name: 'somebody else organizes',
      breaks: refusal('online-meetings', 'Forbidden', '3003: User does not have access to lookup meeting.'),
      step: 'meeting',
      says: `Teams says that ${CONTOSO.organizer} is not the organizer of the meeting.`,
      fix: 'Choose a licensed user account as the organizer, and grant the policy to it.',
    },
    {
      name: 'the policy does not cover artifacts',
      breaks: refusal(
        'recordings',
        'Forbidden',
        `Application is not allowed to perform operations on the user '${CONTOSO.organizerId}', neither is allowed access through RSC permission evaluation.`,
      ),
      step: 'recordings',
      says: 'No Teams application access policy lets Minuted act for',
      fix: 'Grant one with Teams PowerShell.',
      commands: `-AppIds '${CONTOSO.client}'`,
    },
    {
      name: 'apps may not read transcripts',
      breaks: tenant({ transcript_access: false }),
      step: 'transcripts',
      says: 'Your Microsoft 365 does not let apps read transcripts.',
      fix: 'Switch it on in the Teams admin center',
      commands: 'Set-CsTeamsMeetingConfiguration -Identity Global -EnableGraphTranscriptAccess $true',
    },
    {
      name: 'apps may not know who spoke',
      breaks: tenant({ speaker_attribution: false }),
      step: 'transcripts',
      state: 'warning',
      says: 'Transcripts come without names',
      fix: 'switch on speaker attribution',
      commands: 'Set-CsTeamsMeetingConfiguration -Identity Global -EnableAttributedTranscripts $true',
    },
  ],
  'of being told': [
    {
      name: 'the webhook cannot be reached',
      breaks: (sim) => sim.changeNotifications({ unreachable: true }),
      step: 'notifications',
      says: '/api/teams/webhooks/recordings and did not get the right answer.',
      fix: 'A proxy or firewall must let POST requests through',
      commands: '/api/teams/webhooks/recordings?validationToken=minuted',
    },
    {
      name: 'the quota is used up',
      breaks: (sim) => sim.changeNotifications({ max_per_tenant: 0 }),
      step: 'notifications',
      says: 'Your Microsoft 365 has as many subscriptions as it may have.',
      fix: 'An administrator has to remove some of other apps.',
    },
    {
      name: 'subscribing is not allowed',
      breaks: refusal('create-subscription', 'ExtensionError', 'Operation: Create; Exception: [Status Code: Forbidden; Reason: Access denied.]'),
      step: 'notifications',
      says: 'Microsoft says that the permission OnlineMeetingRecording.Read.All is missing.',
      fix: 'Add OnlineMeetingRecording.Read.All to the app',
      link: 'adminconsent',
    },
  ],
};

test.use({ role: 'contosoAdmin' });

const line = (page: Page, step: string) => page.locator(`#teams-diagnosis-${step}`);
const troubles = (page: Page) => page.locator('#teams-diagnosis > li:not([data-state="passed"], [data-state="skipped"])');

/** Checks again, and waits until the page knows that it is over. */
async function check(page: Page): Promise<void> {
  const over = page.waitForResponse(async (answer) => {
    if (!answer.url().includes('/api/settings/teams-diagnosis')) return false;
    const found = (await answer.json()) as { is_running: boolean } | null;
    return found?.is_running === false;
  });
  await page.locator('#teams-run-diagnostics').click();
  await over;
}

/** The page names exactly this, and what mends it. */
async function expectNamed(page: Page, { step, state = 'failed', besides = [], says, fix, commands, link }: Cause): Promise<void> {
  const named = line(page, step);
  await expect(named).toHaveAttribute('data-state', state);
  await expect(named).toContainText(says);
  await expect(named.locator('.diagnosis-fix')).toContainText(fix);
  if (commands) await expect(named.locator('pre')).toContainText(commands);
  if (link) await expect(named.locator('.diagnosis-link a')).toHaveAttribute('href', new RegExp(link.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  await expect(page.locator('#teams-diagnosis > li')).toHaveCount(12);
  const others = [step, ...besides].map((step) => `teams-diagnosis-${step}`);
  expect(await troubles(page).evaluateAll((lines) => lines.map((line) => line.id))).toEqual(others);
}

test.beforeEach(() => reconnect());

test.afterEach(async ({ sim }) => {
  await sim.mend();
});

test.afterAll(() => reconnect());

for (const [group, causes] of Object.entries(CAUSES)) {
  test(`each cause ${group} is named, and no other`, async ({ page, sim }) => {
    // Many checks in one test: a machine that has other work may need more than a minute.
    test.slow();
    await open(page, TEAMS);
    await page.locator('#teams-second-mailbox').fill(CONTOSO.colleague);
    for (const cause of causes) {
      await test.step(cause.name, async () => {
        await cause.breaks(sim);
        await check(page);
        await expectNamed(page, cause);
        await sim.clearFaults();
        await sim.mend();
      });
    }
    await expectAccessible(page);
    // It is kept.
    await page.reload();
    await expectNamed(page, causes.at(-1)!);
  });
}

test('from nothing on both sides, by what the page says, to a check that passes', async ({ page, sim, guard }) => {
  test.slow();
  guard.expectStatus(422, /\/api\/settings\/teams-organizer/);
  disconnect();
  await app({ roles: [] })(sim);
  await sim.revokeTokens();
  await organizer({ in_calendar_scope: false, teams_policy: false })(sim);
  await tenant({ transcript_access: false })(sim);

  await open(page, TEAMS);
  await page.locator('#teams-entra-tenant').fill(CONTOSO.tenant);
  await page.locator('#teams-client-id').fill(CONTOSO.client);
  await page.locator('#teams-client-secret').fill(CONTOSO.secret);
  await page.locator('#teams-profile-save-button').click();
  await expect(page.locator('#teams-said')).toHaveText('The app registration is saved.');

  // Without the permission the organizer cannot be saved, which says so; the check says how to give it.
  const name = page.locator('#teams-default-meeting-organizer-upn');
  await name.fill(CONTOSO.organizer);
  await page.locator('#teams-organizer-save-button').click();
  await expect(page.locator('#teams-default-meeting-organizer-upn-error')).toContainText('User.Read.All');
  await page.locator('#teams-second-mailbox').fill(CONTOSO.colleague);
  await check(page);
  await expect(line(page, 'roles').locator('.diagnosis-link a')).toHaveAttribute('href', /adminconsent/);
  await expect(line(page, 'organizer').locator('.diagnosis-fix')).toContainText('Enter an account under “Organizer” and save it');
  await app({ roles: ROLES })(sim);
  await check(page);
  await expect(line(page, 'roles')).toHaveAttribute('data-state', 'passed');
  await page.locator('#teams-organizer-save-button').click();
  await expect(page.locator('#teams-organizer-name')).toHaveText('Microsoft knows this account as Contoso Meetings.');

  // What is the first to fail is mended, one after the other.
  const mends: [string, string, (sim: Sim) => Promise<void>][] = [
    ['calendar', 'New-ManagementRoleAssignment', organizer({ in_calendar_scope: true })],
    ['meeting', 'Grant-CsApplicationAccessPolicy', organizer({ teams_policy: true })],
    ['transcripts', '-EnableGraphTranscriptAccess $true', tenant({ transcript_access: true })],
  ];
  for (const [step, commands, mend] of mends) {
    await check(page);
    await expect(line(page, step)).toHaveAttribute('data-state', 'failed');
    await expect(line(page, step).locator('pre')).toContainText(commands);
    await expect(troubles(page)).toHaveCount(1);
    await mend(sim);
  }
  await check(page);
  await expect(page.locator('#teams-diagnosis-status')).toContainText('Everything that was tried works.');
  await expect(page.locator('#teams-diagnosis > li[data-state="passed"]')).toHaveCount(12);
  await page.locator('#teams-activate').click();
  await expect(page.locator('#teams-state')).toContainText('Active');
});
