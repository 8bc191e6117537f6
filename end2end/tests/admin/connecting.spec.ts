import { readFileSync } from 'node:fs';
import { type Page } from '@playwright/test';
import { expectAccessible } from '../../fixtures/a11y';
import { CONTOSO, disconnect, reconnect, secretInClear } from '../../fixtures/contoso';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const fixture = (name: string) =>
  readFileSync(new URL(`../../../crates/graph/tests/fixtures/certificate/${name}`, import.meta.url), 'utf8');
const [CERTIFICATE, KEY] = [fixture('client.cert.pem'), fixture('client.key.pem')];

const TEAMS = '/msp/settings/integrations/teams';

test.use({ role: 'contosoAdmin' });

const line = (page: Page, step: string) => page.locator(`#teams-diagnosis-${step}`);

/** Checks again and waits for the end. */
async function check(page: Page): Promise<void> {
  const before = await page.locator('#teams-diagnosis-status').textContent();
  await page.locator('#teams-run-diagnostics').click();
  await expect(page.locator('#teams-diagnosis-status')).not.toHaveText(before!);
  await expect(page.locator('#teams-diagnosis > li')).toHaveCount(12);
  await expect(page.locator('#teams-diagnosis-copy-button')).toBeVisible();
}

async function register(page: Page): Promise<void> {
  await page.locator('#teams-entra-tenant').fill(CONTOSO.tenant);
  await page.locator('#teams-client-id').fill(CONTOSO.client);
  await page.locator('#teams-client-secret').fill(CONTOSO.secret);
  await page.locator('#teams-profile-save-button').click();
  await expect(page.locator('#teams-said')).toHaveText('The app registration is saved.');
}

async function choose(page: Page, organizer: string): Promise<void> {
  await page.locator('#teams-default-meeting-organizer-upn').fill(organizer);
  await page.locator('#teams-organizer-save-button').click();
}

test.afterAll(() => reconnect());

test.afterEach(async ({ sim }) => {
  await sim.mend();
});

test('an empty tenant goes from nothing to a connection that works', async ({ page, guard, sim, context }) => {
  guard.expectStatus(422, /\/api\/settings\/teams/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  disconnect();
  await open(page, TEAMS);
  await expect(page.locator('#teams-state')).toContainText('Not active');
  await expect(page.locator('#teams-activate')).toHaveCount(0);
  await expect(page.locator('#teams-run-diagnostics')).toHaveCount(0);
  await expectAccessible(page);

  // The id of the secret in place of its value, and a name in place of an id: nothing is lost.
  await page.locator('#teams-entra-tenant').fill('contoso.onmicrosoft.com');
  await page.locator('#teams-client-id').fill(CONTOSO.client);
  await page.locator('#teams-client-secret').fill('0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b');
  await page.locator('#teams-profile-save-button').click();
  await expect(page.locator('#teams-entra-tenant-error')).toContainText('This is no ID of Microsoft’s.');
  await expect(page.locator('#teams-client-secret-error')).toContainText('This is the secret’s ID.');
  await expect(page.locator('#teams-client-id')).toHaveValue(CONTOSO.client);
  await expect(page.locator('#teams-entra-tenant')).toBeFocused();
  await register(page);
  await expect(page.locator('#teams-wizard-step-microsoft-profile')).toContainText('done');
  expect(secretInClear()).toBe('0');

  // The check says what to do next.
  await page.locator('#teams-second-mailbox').fill(CONTOSO.colleague);
  await check(page);
  await expect(line(page, 'organizer')).toContainText('Nobody is chosen who organizes the meetings.');
  await choose(page, CONTOSO.organizerId);
  await expect(page.locator('#teams-default-meeting-organizer-upn-error')).toContainText('This is an ID.');
  await choose(page, 'nobody@contoso.example');
  await expect(page.locator('#teams-default-meeting-organizer-upn-error')).toContainText('Microsoft knows no account of this name');
  await choose(page, CONTOSO.organizer);
  await expect(page.locator('#teams-organizer-name')).toHaveText('Microsoft knows this account as Contoso Meetings.');
  await check(page);
  await expect(page.locator('#teams-diagnosis-status')).toContainText('Everything that was tried works.');
  await expect(line(page, 'scope')).toContainText('Microsoft refused ceo@contoso.example');
  for (const step of ['token', 'roles', 'organizer', 'calendar', 'event', 'meeting', 'recordings', 'transcripts', 'notifications', 'cleanup', 'clock'])
    await expect(line(page, step)).toHaveAttribute('data-state', 'passed');
  await expectAccessible(page);
  await page.locator('#teams-diagnosis-copy-button').click();
  await expect(page.locator('#teams-diagnosis-copy-button')).toHaveText('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(CONTOSO.client);
  expect(copied).toContain('request-id:');
  expect(copied).not.toContain(CONTOSO.secret);
  expect((await sim.events('Connection check by Minuted')).every((event) => event.deleted)).toBe(true);

  await page.locator('#teams-activate').click();
  await expect(page.locator('#teams-said')).toHaveText('Teams meetings are active.');
  await expect(page.locator('#teams-state')).toContainText('Active');
  await expect(page.locator('#teams-setup-wizard')).toHaveCount(0);
});

test('a certificate takes the place of the client secret', async ({ page, guard, sim }) => {
  guard.expectStatus(422, /\/api\/settings\/teams-profile/);
  reconnect();
  await sim.changeApp(CONTOSO.client, { certificates: [CERTIFICATE] });
  await open(page, TEAMS);
  const [secret, pasted] = [page.locator('#teams-client-secret'), page.locator('#teams-client-certificate')];
  const [problem, said] = [page.locator('#teams-client-certificate-error'), page.locator('#teams-said')];
  await expect(pasted).toBeHidden();
  await page.locator('#teams-proof-certificate').check();
  await expect(secret).toBeHidden();
  const save = async (text: string) => {
    await pasted.fill(text);
    await page.locator('#teams-profile-save-button').click();
  };
  await save('');
  await expect(problem).toContainText('Fill in this field');
  await save(CERTIFICATE);
  await expect(problem).toContainText('There is no private key in PEM here.');
  await save(fixture('ec.key.pem') + CERTIFICATE);
  await expect(problem).toContainText('Microsoft wants an RSA key');
  await save(fixture('other.cert.pem') + KEY);
  await expect(problem).toContainText('The certificate was made for another key.');
  await expect(pasted).toHaveValue(/BEGIN PRIVATE KEY/);
  await save(CERTIFICATE + KEY);
  await expect(said).toHaveText('The app registration is saved.');
  const known = page.locator('#teams-certificate');
  await expect(known).toContainText('CN=minuted graph tests');
  await expect(known).toContainText('970B2AAFB9C725495AF01D8DFF7D7D5425B76A85DEC769AE6C6EE23532463CA8');
  await expect(known).toContainText('30 October 2126');
  await expect(pasted).toHaveValue('');
  expect(await (await page.request.get(TEAMS)).text()).not.toContain('PRIVATE KEY-----');
  expect(secretInClear()).toBe('0');
  await expectAccessible(page);
  await check(page);
  await expect(line(page, 'token')).toHaveAttribute('data-state', 'passed');

  await sim.changeApp(CONTOSO.client, { certificates: [] });
  await check(page);
  await expect(line(page, 'token')).toContainText('Microsoft does not know this certificate.');

  await page.locator('#teams-proof-secret').check();
  await secret.fill(CONTOSO.secret);
  await page.locator('#teams-profile-save-button').click();
  await expect(known).toHaveCount(0);
  await check(page);
  await expect(line(page, 'token')).toHaveAttribute('data-state', 'passed');
});

test('clients are shown recordings only after a question with numbers', async ({ page }) => {
  reconnect();
  await open(page, TEAMS);
  await page.locator('#teams-expose-recordings-in-portal').click();
  await expect(page.locator('#teams-question-effect')).toContainText(/\d+ portal users of \d+ clients/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.locator('#teams-question')).toHaveCount(0);
  await expect(page.locator('#teams-options')).toContainText('Hidden');
  await page.locator('#teams-expose-recordings-in-portal').click();
  await page.locator('#teams-question-confirm-button').click();
  await expect(page.locator('#teams-options')).toContainText('Shown');
  await page.locator('#teams-expose-recordings-in-portal').click();
  await page.locator('#teams-question-confirm-button').click();
  await expect(page.locator('#teams-options')).toContainText('Hidden');
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a tenant is set up, checked, activated and deactivated', async ({ page }) => {
    disconnect();
    await page.goto(TEAMS);
    await page.locator('#teams-entra-tenant').fill('nonsense');
    await page.locator('#teams-client-id').fill(CONTOSO.client);
    await page.locator('#teams-client-secret').fill(CONTOSO.secret);
    await page.locator('#teams-profile-save-button').click();
    await expect(page.locator('#teams-entra-tenant-error')).toContainText('This is no ID of Microsoft’s.');
    await expect(page.locator('#teams-entra-tenant')).toHaveValue('nonsense');
    await expect(page.locator('#teams-client-id')).toHaveValue(CONTOSO.client);
    await expect(page.locator('#teams-client-secret')).toHaveValue('');
    expect(secretInClear()).toBe('0');
    // Who pastes a certificate loses nothing but the certificate.
    await page.locator('#teams-proof-certificate').check();
    await page.locator('#teams-client-certificate').fill(CERTIFICATE);
    await page.locator('#teams-profile-save-button').click();
    await expect(page.locator('#teams-client-certificate-error')).toContainText('There is no private key in PEM here.');
    await expect(page.locator('#teams-proof-certificate')).toBeChecked();
    await expect(page.locator('#teams-client-certificate')).toHaveValue('');
    await page.locator('#teams-proof-secret').check();
    await register(page);
    await choose(page, CONTOSO.organizer);
    await expect(page.locator('#teams-said')).toHaveText('The organizer is saved.');
    await page.locator('#teams-run-diagnostics').click();
    await expect(page.locator('#teams-said')).toHaveText('The connection was checked.');
    await expect(page.locator('#teams-diagnosis > li')).toHaveCount(12);
    await expect(page.locator('#teams-diagnosis-status')).toContainText('Everything that was tried works.');
    await page.locator('#teams-activate').click();
    await expect(page.locator('#teams-said')).toHaveText('Teams meetings are active.');
    await page.locator('#teams-deactivate').click();
    await expect(page.locator('#teams-question-effect')).toContainText('Meetings to come:');
    await page.locator('#teams-question-confirm-button').click();
    await expect(page.locator('#teams-said')).toHaveText('Teams meetings are not active any more.');
    await page.locator('#teams-activate').click();
    await expect(page.locator('#teams-said')).toHaveText('Teams meetings are active.');
  });
});
