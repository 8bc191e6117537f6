import { sql } from '../../fixtures/database';
import { clientPath, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'contosoAdmin' });
test.describe.configure({ mode: 'serial' });

const WHERE = `WHERE tenant = (SELECT tenant FROM tenants WHERE client_name = 'Contoso Care')`;
const change = (set: string) => sql(`UPDATE teams_integrations SET ${set} ${WHERE}`);
const ORGANIZER = 'meetings@contoso.example';

test.afterEach(() => {
  change(`install_status = 'active', default_meeting_organizer_upn = '${ORGANIZER}', default_meeting_organizer_object_id = '66666666-6666-4666-8666-666666666666'`);
});

for (const { state, set, says } of [
  {
    state: 'Teams is not set up',
    set: `install_status = 'not_configured'`,
    says: 'Not available: Microsoft Teams is not set up. An administrator can connect it in the settings.',
  },
  {
    state: 'no organizer is chosen',
    set: 'default_meeting_organizer_upn = NULL, default_meeting_organizer_object_id = NULL',
    says: 'Not available: no organizer mailbox is chosen. An administrator can choose one in the settings.',
  },
]) {
  test(`while ${state} the switch is there, disabled, with its reason`, async ({ page, sim }) => {
    change(set);
    const before = await sim.count();
    const quickAdd = await QuickAdd.openFor(page, 'Initech');
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await expect(quickAdd.teams).toBeVisible();
    await expect(quickAdd.teams).toBeDisabled();
    await expect(quickAdd.teams).not.toBeChecked();
    await expect(quickAdd.teams).toHaveAccessibleDescription(says);
    await expect(page.getByText(says)).toBeVisible();
    await expect(quickAdd.address).toHaveCount(0);
    await quickAdd.title.fill(`Record while ${state}`);
    await expect(quickAdd.save).toHaveText('Save');
    await quickAdd.save.click();
    await expect(quickAdd.row(`Record while ${state}`)).toBeVisible();
    expect(await sim.count()).toBe(before);
  });
}

test('when Teams is taken away while the form is open, the record can still be saved', async ({ page, sim, guard }) => {
  const subject = 'Taken away meanwhile';
  const quickAdd = await QuickAdd.openFor(page, 'Initech');
  await quickAdd.fillMeeting(subject);
  change(`install_status = 'not_configured'`);
  guard.expectStatus(409, /\/api\/interactions\/add/);
  await quickAdd.save.click();
  await expect(quickAdd.errors).toContainText('No Teams meeting was made.');
  await quickAdd.withoutMeeting.click();
  await expect(quickAdd.row(subject)).toBeVisible();
  expect(await sim.events(subject)).toEqual([]);
});

test('without script the disabled switch and its reason are there too', async ({ page, newContext }) => {
  change(`install_status = 'not_configured'`);
  const path = await clientPath(page, 'Initech');
  const plain = await (await newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${path}?new=interaction`);
  await expect(new QuickAdd(plain).teams).toBeDisabled();
  await expect(plain.getByText('Microsoft Teams is not set up')).toBeVisible();
  await open(page, path);
});

test('while Teams is not set up a past meeting says that nothing can be fetched, and does not offer to try', async ({ page }) => {
  const past = sql(`SELECT interaction_id FROM online_meetings ${WHERE} AND start_time < now()
    AND status NOT IN ('failed', 'cancel_pending', 'cancelled') ORDER BY start_time DESC LIMIT 1`);
  await open(page, `/msp/interactions/${past}`);
  await expect(page.locator('#online-meeting-refresh-recordings-button')).toBeVisible();
  await expect(page.locator('#online-meeting-unreachable')).toHaveCount(0);
  change(`install_status = 'not_configured'`);
  await open(page, `/msp/interactions/${past}`);
  await expect(page.locator('#online-meeting-unreachable')).toContainText('Recordings and transcripts cannot be fetched.');
  await expect(page.locator('#online-meeting-unreachable')).toContainText('An administrator can connect it in the settings.');
  await expect(page.locator('#online-meeting-refresh-recordings-button')).toHaveCount(0);
});
