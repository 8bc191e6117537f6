import { expectAccessible } from '../../fixtures/a11y';
import { arrivals } from '../../fixtures/arrivals';
import { sql } from '../../fixtures/database';
import { scheduled } from '../../fixtures/meeting';
import { clientPath, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

const TEAMS = '/msp/settings/integrations/teams';

test.use({ role: 'admin' });

test.afterEach(() => {
  sql('UPDATE teams_integrations SET record_automatically = false');
});

test('the tenant decides about recording, and whoever schedules a meeting for it', async ({ page, sim }) => {
  await open(page, TEAMS);
  await expectAccessible(page);
  const usual = page.locator('#teams-record-automatically');
  await expect(usual).not.toBeChecked();
  await usual.check();
  await page.locator('#teams-save-draft').click();
  await expect(page.locator('#teams-said')).toHaveText('Saved.');
  await page.reload();
  await expect(usual).toBeChecked();

  const record = page.locator('#quick-add-interaction-record');
  const schedule = async (title: string, unusual: boolean) => {
    const quickAdd = await QuickAdd.openFor(page, 'Acme Manufacturing');
    await quickAdd.fillMeeting(title);
    await expect(record).toBeChecked();
    if (unusual) await record.uncheck();
    await quickAdd.save.click();
    await expect(quickAdd.dialog).toHaveCount(0);
    return (await sim.meetings()).find((meeting) => meeting.subject === title)!.record_automatically;
  };
  expect(await schedule('Recorded as usual', false)).toBe(true);
  expect(await schedule('Not for the record', true)).toBe(false);
});

test('the choice stands in the popup of the schedule and in the form that approves', async ({ page }) => {
  sql('UPDATE teams_integrations SET record_automatically = true');
  const client = (await clientPath(page, 'Acme Manufacturing')).split('/').at(-1)!;
  await open(page, '/msp/schedule?new=entry');
  await page.locator('#entry-popup-client-picker').fill('Acme Manufacturing');
  await page.getByRole('option', { name: 'Acme Manufacturing' }).click();
  await page.locator('#generate-teams-meeting-entry-popup').check();
  await expect(page.locator('#entry-popup-record')).toBeChecked();
  const request = sql(`SELECT appointment_request_id FROM appointment_requests WHERE client_id = '${client}' AND status = 'pending' LIMIT 1`);
  await open(page, `/msp/appointment-requests/${request}`);
  await expect(page.locator('#appointment-requests-record')).toBeChecked();
  await page.locator('#generate-teams-meeting').uncheck();
  await expect(page.locator('#appointment-requests-record')).toBeHidden();
});

test('what could not be cancelled is listed until it is', async ({ page, sim }) => {
  const subject = 'Stays in the calendar';
  await open(page, await scheduled(page, subject));
  await sim.fault({ route: 'cancel-event', times: 99, answer: { status: 403, code: 'ErrorAccessDenied' } });
  await page.locator('#interaction-details-delete-button').click();
  await page.locator('#delete-interaction-dialog-confirm').click();
  await expect(page).toHaveURL(/\/msp\/clients\//);
  const row = page.locator('#teams-stranded .entry', { hasText: subject });
  await expect(async () => {
    await open(page, TEAMS);
    await expect(row).toContainText('Tried once', { timeout: 500 });
  }).toPass();
  await expect(row).toContainText('Tue, 4 May 2027, 10:00');
  await expect(row).toContainText('meetings@northwind.example');
  await expectAccessible(page);
  await row.getByRole('button', { name: `Try again: ${subject}` }).click();
  await expect(row).toContainText('Tried 2 times');
  await expect(page.locator('#teams-said')).toHaveText('It was tried again.');
  await sim.clearFaults();
  await row.getByRole('button').click();
  await expect(page.locator('#teams-stranded')).toHaveCount(0);
  await expect(page.getByText('Microsoft has confirmed every cancellation.')).toBeVisible();
  expect((await sim.events(subject))[0]!.deleted).toBe(true);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('recording is decided too', async ({ page }) => {
    await page.goto(TEAMS);
    await page.locator('#teams-record-automatically').check();
    await page.locator('#teams-save-draft').click();
    await expect(page.locator('#teams-said')).toHaveText('Saved.');
    await expect(page.locator('#teams-record-automatically')).toBeChecked();
  });
});

test('how recordings and transcripts arrive, and the last requests with their ids', async ({ page, context, newContext }) => {
  arrivals();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, TEAMS);
  await expectAccessible(page);
  await expect(page.locator('#teams-arrivals-sweep')).toContainText('Running');
  await expect(page.locator('#teams-arrivals-sweep')).toContainText(/Last sweep: \d\d:\d\d/);
  await expect(page.locator('#teams-arrivals-recordings')).toBeVisible();
  await expect(page.locator('#teams-arrivals-transcripts')).toBeVisible();

  const shown = page.locator('#teams-requests .request');
  await expect(shown).toHaveCount(10);
  const refused = shown.filter({ hasText: 'GraphAccessToTranscriptsDisabled' }).first();
  await expect(refused).toContainText('Refused · 403');
  await expect(shown.filter({ hasText: 'No answer' }).first()).toBeVisible();
  const id = sql(`SELECT microsoft_request_id FROM microsoft_requests JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT'
    AND code = 'GraphAccessToTranscriptsDisabled' ORDER BY requested_at DESC LIMIT 1`);
  await refused.getByRole('button', { name: 'Copy ids' }).click();
  await expect(refused.getByRole('button')).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`request-id: ${id}\nclient-request-id: `);
  const older = page.locator('#teams-requests-older');
  await expect(older.locator('.request').first()).toBeHidden();
  await older.locator('summary').click();
  await expect(older.locator('.request').first()).toBeVisible();

  const plain = await (await newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(TEAMS);
  await expect(plain.locator('#teams-requests .request')).toHaveCount(10);
  await expect(plain.locator('#teams-arrivals-sweep')).toContainText('Last sweep');
});
