import { AnotherServer } from '../../fixtures/another-server';
import { sql } from '../../fixtures/database';
import { ACCOUNTS, submitSignIn } from '../../fixtures/login';
import { open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

// The community edition on the database of the others: records and join links, and nothing that would need Microsoft.

let server: AnotherServer;
test.beforeAll(async () => {
  server = await AnotherServer.community();
});
test.afterAll(() => server?.remove());

const NORTHWINDS = `FROM online_meetings m JOIN tenants t USING (tenant) JOIN interactions i USING (tenant, interaction_id)
  WHERE t.client_name = 'Northwind IT'`;

test('the community edition shows how to join, offers no recording, and asks Microsoft nothing', async ({ newContext, sim }) => {
  const context = await newContext({ baseURL: server.url, storageState: undefined });
  const page = await context.newPage();
  await open(page, '/auth/msp/signin');
  await submitSignIn(page, ACCOUNTS.admin);
  await page.waitForURL(/\/msp\/clients/);
  const [id, link] = sql(`SELECT m.interaction_id, m.join_url ${NORTHWINDS} AND m.status = 'scheduled' AND m.start_time > now() + interval '1 hour'
    ORDER BY m.start_time LIMIT 1`).split('|');
  await open(page, `/msp/interactions/${id}`);
  await expect(page.locator(`a[href="${link}"]`).first()).toBeVisible();
  await expect(page.locator('[id^="online-meeting-refresh"]')).toHaveCount(0);
  // One of whose meeting there is something at Microsoft.
  const recorded = sql(`SELECT m.interaction_id ${NORTHWINDS} AND EXISTS (SELECT 1 FROM online_meeting_artifacts a
    WHERE a.tenant = m.tenant AND a.meeting_id = m.meeting_id AND a.artifact_type = 'recording' AND a.deleted_at IS NULL AND a.file_id IS NULL) LIMIT 1`);
  await open(page, `/msp/interactions/${recorded}`);
  await expect(page.locator('#interaction-details')).toBeVisible();
  await expect(page.locator('[id^="online-meeting-refresh"], [id^="online-meeting-recording"]')).toHaveCount(0);
  // The settings say what this edition does not do, and offer nothing of it.
  await open(page, '/msp/settings/integrations/teams');
  await expect(page.locator('#teams-activate, #teams-client-secret, #teams-run-diagnostics')).toHaveCount(0);
  // A record can be made, a meeting cannot.
  const before = await sim.count();
  const quickAdd = await QuickAdd.openFor(page, 'Acme Manufacturing');
  await quickAdd.type.selectOption({ label: 'Online Meeting' });
  await expect(quickAdd.teams).toBeDisabled();
  await quickAdd.title.fill('Logged by the community edition');
  await quickAdd.save.click();
  await expect(quickAdd.row('Logged by the community edition')).toBeVisible();
  expect(await sim.count()).toBe(before);
});
