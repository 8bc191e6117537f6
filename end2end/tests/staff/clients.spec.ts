import { clientPath, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

test('the search follows the typing and stands in the address', async ({ page }) => {
  await open(page, '/msp/clients');
  const search = page.locator('#client-search-input');
  await search.pressSequentially('glob');
  await expect(page).toHaveURL(/\/msp\/clients\?q=glob$/);
  await expect(page.locator('#client-list tbody tr')).toHaveCount(1);
  await expect(page.locator('#client-count')).toHaveText('1 of 44');
  await expect(search).toBeFocused();
  await search.fill('');
  await expect(page).toHaveURL(/\/msp\/clients$/);
  await expect(page.locator('#client-list tbody tr')).toHaveCount(44);
});

test('older interactions are loaded below, without a loss and without a repetition', async ({ page }) => {
  await open(page, await clientPath(page, 'Acme Manufacturing'));
  const rows = page.locator('#client-timeline .row');
  const upcoming = await page.locator('.day-upcoming .row').count();
  await expect(rows).toHaveCount(upcoming + 30);
  await page.locator('#client-interactions-older-link').click();
  await expect(rows).toHaveCount(upcoming + 60);
  await page.locator('#client-interactions-older-link').click();
  await expect(rows).toHaveCount(upcoming + 90);
  const ids = await rows.evaluateAll((rows) => rows.map((row) => row.id));
  expect(new Set(ids).size).toBe(ids.length);
  const heads = await page.locator('#client-timeline .day-head').allTextContents();
  expect(new Set(heads).size, 'no day is announced twice').toBe(heads.length);
});

test('from one client to another the timeline changes', async ({ page }) => {
  await open(page, await clientPath(page, 'Acme Manufacturing'));
  await page.locator('#client-interactions-older-link').click();
  await page.locator('#nav-clients').click();
  await page.locator('#client-list').getByRole('link', { name: 'Globex' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Globex' })).toBeVisible();
  await expect(page.locator('#client-contacts')).toContainText('cy@globex.example');
  await expect(page.locator('#client-contacts')).not.toContainText('ada@acme.example');
});

test('nothing is kept back by the skip link', async ({ page }) => {
  await open(page, '/msp/clients');
  await page.keyboard.press('Tab');
  await expect(page.locator('#skip-link')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
});

test('a join link is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, await clientPath(page, 'Acme Manufacturing'));
  await page.locator('#client-timeline').getByRole('link', { name: 'Online Meeting: Backup restore test', exact: true }).click();
  await page.locator('#online-meeting-copy-link-button').click();
  await expect(page.locator('#online-meeting-copy-link-button')).toHaveText('Link copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  await expect(page.locator('#online-meeting-join-button')).toHaveAttribute('href', copied);
});
