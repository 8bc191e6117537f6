import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { ADA, BO, CY, DEE, NOBODY, enter, shownInPortal, shows } from '../../fixtures/portal';
import { TALK, blocksOf, meeting as recorded } from '../../fixtures/recorded';
import { expect, test } from '../../fixtures/test';

test.afterEach(() => shows(false));

test('what was recorded is watched and read while the provider shows it, and is gone when not', async ({ page, newContext, guard }) => {
  guard.expectStatus(404, /client-portal|online-meetings|documents/);
  const meeting = shownInPortal();
  await enter(page, ADA, `/client-portal/meetings/${meeting}`);
  const session = page.locator('#portal-watch-1');
  await expect(session).toBeVisible();
  await expectAccessible(page);
  await session.click();
  await expect(page.locator('#portal-player')).toBeVisible();
  await expectAccessible(page);
  const recording = (await page.locator('#portal-player').getAttribute('src'))!;
  expect((await page.request.get(recording, { headers: { range: 'bytes=0-99' } })).status()).toBe(206);
  const watch = page.url();

  // Nobody else's, whoever has the address.
  for (const email of [BO, CY, DEE]) {
    const other = await (await newContext(NOBODY)).newPage();
    await enter(other, email);
    expect(await open(other, `/client-portal/meetings/${meeting}/watch`), email).toBe(404);
    expect((await other.request.get(recording)).status(), email).toBe(404);
  }

  shows(false);
  await page.reload();
  await expect(page.locator('#not-found')).toBeVisible();
  expect(await open(page, watch)).toBe(404);
  await open(page, `/client-portal/meetings/${meeting}`);
  await expect(page.locator('#portal-recorded')).toHaveCount(0);
  // Whoever was let in a moment ago is let in for some seconds more.
  await expect.poll(async () => (await page.request.get(recording)).status(), { timeout: 15_000 }).toBe(404);
});

test.describe('staff', () => {
  test.use({ role: 'dispatcher' });

  test('hold back what was recorded of one meeting, and show it again', async ({ page: staff, newContext, guard }) => {
    guard.expectStatus(404, /client-portal|online-meetings/);
    const meeting = shownInPortal();
    const portal = await (await newContext(NOBODY)).newPage();
    await enter(portal, ADA, `/client-portal/meetings/${meeting}`);
    await portal.locator('#portal-watch-1').click();
    const recording = (await portal.locator('#portal-player').getAttribute('src'))!;
    const watch = portal.url();

    await open(staff, `/msp/interactions/${sql(`SELECT interaction_id FROM online_meetings WHERE meeting_id = '${meeting}'`)}`);
    await expect(staff.locator('#online-meeting-portal-state')).toContainText('the administrators of the client');
    await expectAccessible(staff);
    await staff.locator('#online-meeting-portal-access').selectOption('nobody');
    await staff.locator('#online-meeting-portal-save-button').click();
    await expect(staff.locator('#online-meeting-portal-state')).toContainText('Held back');
    await expect(staff.locator('#online-meeting-portal-access')).toBeFocused();

    expect(await open(portal, watch)).toBe(404);
    await expect.poll(async () => (await portal.request.get(recording)).status()).toBe(404);
    await open(portal, `/client-portal/meetings/${meeting}`);
    await expect(portal.locator('#portal-recorded')).toHaveCount(0);

    await staff.locator('#online-meeting-portal-access').selectOption('default');
    await staff.locator('#online-meeting-portal-save-button').click();
    await expect(staff.locator('#online-meeting-portal-state')).toContainText('the administrators of the client');
    await open(portal, `/client-portal/meetings/${meeting}`);
    await expect(portal.locator('#portal-watch-1')).toBeVisible();
  });

  test('what was said is searched in the portal as staff do it', async ({ page: staff, newContext, sim }) => {
    const { interaction } = await recorded(staff, sim, 'Searched in the portal', { blocks: blocksOf(TALK) });
    const meeting = sql(`SELECT meeting_id FROM online_meetings WHERE interaction_id = '${interaction}'`);
    shows(true);
    const portal = await (await newContext(NOBODY)).newPage();
    await enter(portal, BO, `/client-portal/meetings/${meeting}`);
    await portal.locator('#portal-watch-1').click();
    const count = portal.locator('#transcript-search-count');
    await portal.locator('#transcript-search').fill('straße');
    await expect(count).toHaveText('1 of 5');
    await expect(portal.locator('#transcript-list mark')).toHaveCount(5);
    await expect(portal.locator('mark.now')).toHaveCount(1);
    await expectAccessible(portal);
    await portal.locator('#transcript-search').press('Enter');
    await expect(count).toHaveText('2 of 5');
    await portal.locator('#transcript-search').fill('nobody says this');
    await expect(count).toHaveText('No hits');
    await expect(portal.locator('#transcript-list mark')).toHaveCount(0);
    // A line leads to its moment in the film.
    await portal.locator('#line-14 .line-time').click();
    await expect.poll(() => portal.locator('#portal-player').evaluate((film: HTMLVideoElement) => film.currentTime)).toBeGreaterThan(0);
  });
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a recording can be played and saved', async ({ page }) => {
    const meeting = shownInPortal();
    await page.goto(`/auth/client-portal/signin?next=${encodeURIComponent(`/client-portal/meetings/${meeting}`)}`);
    await page.locator('#client-email-field').fill(ADA);
    await page.locator('#client-password-field').fill('Passw0rd!');
    await page.locator('#client-sign-in-button').click();
    await page.locator('#portal-watch-1').click();
    await expect(page.locator('#portal-player')).toBeVisible();
    await expect(page.locator('#portal-download')).toHaveAttribute('href', /\?download=1$/);
  });
});
