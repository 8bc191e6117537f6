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
  await expect(rows).toHaveCount(upcoming + 20);
  await page.locator('#client-interactions-older-link').click();
  await expect(rows).toHaveCount(upcoming + 40);
  await page.locator('#client-interactions-older-link').click();
  await expect(rows).toHaveCount(upcoming + 60);
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

const FORM = '#client-form';

test('a client is added, and one of nearly the same name only when that is meant', async ({ page, guard }) => {
  guard.expectStatus(422, /\/api\/clients\/save/);
  await open(page, '/msp/clients');
  await page.locator('#clients-add-button').click();
  await expect(page.locator(`${FORM}-name`)).toBeFocused();
  await page.locator(`${FORM}-name`).fill('GLOBEX');
  await page.locator(`${FORM}-website`).fill('javascript:alert(1)');
  await page.locator(`${FORM}-save-button`).click();
  await expect(page.locator(`${FORM}-website-error`)).toContainText('This is no web address.');
  await page.locator(`${FORM}-website`).fill('globex-two.example');
  await page.locator(`${FORM}-save-button`).click();
  await expect(page.locator(`${FORM}-name-error`)).toContainText('“Globex” is almost the same.');
  await page.locator(`${FORM}-similar`).check();
  await page.locator(`${FORM}-city`).fill('Bonn <b>');
  await page.locator(`${FORM}-language`).selectOption('de');
  await page.locator(`${FORM}-zone`).fill('Europe/Berlin');
  await page.locator(`${FORM}-save-button`).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('GLOBEX');
  const facts = page.locator('#client-facts');
  await expect(facts).toContainText('globex-two.example');
  await expect(facts).toContainText('Bonn <b>');
  await expect(facts).toContainText('Deutsch');

  await page.locator('#client-edit-button').click();
  await page.locator(`${FORM}-name`).fill('Globex the second');
  await page.locator(`${FORM}-active`).uncheck();
  await page.locator(`${FORM}-save-button`).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Globex the second');
  await expect(page.locator('#client-edit-button')).toBeFocused();
  await open(page, '/msp/clients?q=second');
  await expect(page.locator('#client-list-no-hit')).toBeVisible();
  await page.locator('#client-shown-select').selectOption('all');
  await expect(page.locator('#client-list tbody tr')).toContainText(['Inactive']);
});

test('two people change a client: the second is told, keeps the text and decides', async ({ page, newContext, guard }) => {
  guard.expectStatus(409, /clients\/save/);
  const path = await clientPath(page, 'Riverside Energy');
  await open(page, `${path}?do=edit`);
  const other = await (await newContext()).newPage();
  await open(other, `${path}?do=edit`);
  await other.locator(`${FORM}-phone`).fill('111');
  await other.locator(`${FORM}-save-button`).click();
  await expect(other.locator('#client-facts')).toContainText('111');
  await page.locator(`${FORM}-phone`).fill('2222');
  await page.locator(`${FORM}-save-button`).click();
  await expect(page.locator(`${FORM}-changed`)).toContainText('Dana Ortiz');
  await expect(page.locator(`${FORM}-phone`)).toHaveValue('2222');
  await page.locator(`${FORM}-overwrite-button`).click();
  await expect(page.locator('#client-facts')).toContainText('2222');
});

test.describe('a technician', () => {
  test.use({ role: 'tech' });

  test('is offered no change of clients, and refused one', async ({ page, guard }) => {
    guard.expectStatus(403, /clients/);
    await open(page, '/msp/clients');
    await expect(page.locator('#clients-add-button')).toHaveCount(0);
    await expect(page.locator('#clients-import-link')).toHaveCount(0);
    await open(page, await clientPath(page, 'Globex'));
    await expect(page.locator('#client-edit-button')).toHaveCount(0);
    await open(page, '/msp/clients?new=client');
    await expect(page.locator('#client-form-load-error')).toContainText('You may not do this.');
    await open(page, '/msp/clients/import');
    await expect(page.locator('#page-error')).toContainText('You may not do this.');
  });
});
