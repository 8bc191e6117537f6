import type { Page } from '@playwright/test';
import { clientPath, focusedId, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

const ALL = '#overall-interactions';
const PALETTE = '#command-palette';
const HELP = '#keyboard-help';

const selected = (page: Page) => page.locator(`${PALETTE} [aria-selected="true"]`);

test.describe('with script', () => {
  test.use({ role: 'dispatcher' });

  test('a day without a mouse: find, open, add, move, open, edit, save', async ({ page }) => {
    const title = 'Only keys were pressed';
    await open(page, '/msp/interactions');
    await page.keyboard.press('Control+k');
    const input = page.locator(`${PALETTE}-input`);
    await expect(input).toBeFocused();
    await page.keyboard.type('castle');
    await expect(selected(page)).toHaveText('Castle Bakery');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Castle Bakery');
    await expect(page.locator(PALETTE)).toHaveCount(0);
    await expect(page.locator('#content')).toBeFocused();

    const quickAdd = new QuickAdd(page);
    await page.keyboard.press('c');
    await expect(quickAdd.type).toBeFocused();
    await page.keyboard.type('Call');
    await page.keyboard.press('Tab');
    await expect(quickAdd.title).toBeFocused();
    await page.keyboard.type(title);
    await page.keyboard.press('Control+Enter');
    const link = quickAdd.row(title).getByRole('link', { name: title });
    await expect(link).toBeFocused();

    await page.keyboard.press('j');
    const next = await focusedId(page);
    await expect(link).not.toBeFocused();
    expect(next).toMatch(/^client-interactions-interaction-.*-link$/);
    await page.keyboard.press('ArrowUp');
    await expect(link).toBeFocused();
    await page.keyboard.press('ArrowDown');
    expect(await focusedId(page)).toBe(next);
    await page.keyboard.press('k');
    await expect(link).toBeFocused();
    // The record opens beside the timeline; there the keys lead on and back.
    await page.keyboard.press('Enter');
    const heading = page.locator('#interaction-drawer-title');
    await expect(heading).toHaveText(title);
    await page.keyboard.press('j');
    await expect(heading).not.toHaveText(title);
    await page.keyboard.press('k');
    await expect(heading).toHaveText(title);
    await page.keyboard.press('Escape');
    await expect(link).toBeFocused();
    await page.keyboard.press('Enter');
    await page.locator('#interaction-drawer-page-link').press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);

    await page.keyboard.press('e');
    const field = page.locator('#edit-interaction-title-input');
    await expect(field).toBeFocused();
    await field.selectText();
    await page.keyboard.type(`${title}, twice`);
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${title}, twice`);
    const edit = page.locator('#interaction-details-edit-button');
    await expect(edit).toBeFocused();

    // What was opened gives the focus back.
    await page.keyboard.press('Control+k');
    await expect(input).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.locator(PALETTE)).toHaveCount(0);
    await expect(edit).toBeFocused();
    await page.keyboard.press('e');
    await expect(field).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.locator('#edit-interaction')).toHaveCount(0);
    await expect(edit).toBeFocused();
  });

  test('the palette: groups, arrows, nothing found, actions', async ({ page }) => {
    await open(page, await clientPath(page, 'Acme Manufacturing'));
    await page.locator('#command-palette-button').click();
    const input = page.locator(`${PALETTE}-input`);
    await expect(input).toBeFocused();
    await expect(page.locator(PALETTE)).toContainText('Sign out');
    const first = await input.getAttribute('aria-activedescendant');
    await page.keyboard.press('ArrowUp');
    await expect(selected(page)).toHaveText('Profile');
    expect(await input.getAttribute('aria-activedescendant')).not.toBe(first);
    await page.keyboard.press('ArrowDown');
    expect(await input.getAttribute('aria-activedescendant')).toBe(first);

    await page.keyboard.type('ada');
    const contact = page.getByRole('option', { name: /Ada Example/ });
    await expect(contact).toContainText('Acme Manufacturing');
    await input.fill('backup restore');
    await expect(page.getByRole('group', { name: 'Interactions' }).getByRole('option').first()).toContainText('Backup restore test');
    await input.fill('<b>%_\\');
    await expect(page.locator(`${PALETTE}-no-hit`)).toHaveText('Nothing found for “<b>%_\\”.');
    await expect(input).toHaveAttribute('aria-expanded', 'false');
    await input.fill('add inter');
    await expect(selected(page)).toHaveText('Add interaction');
    await page.keyboard.press('Enter');
    await expect(new QuickAdd(page).type).toBeFocused();
    // Over what is being typed neither palette nor help open.
    await page.keyboard.press('Control+k');
    await expect(page.locator(PALETTE)).toHaveCount(0);
  });

  test('Enter before the answer takes what the answer brings; the last answer wins', async ({ page }) => {
    await open(page, '/msp/interactions');
    let waiting: (() => void) | undefined;
    const held = new Promise<void>((resume) => (waiting = resume));
    const isGlob = (url: string) => url.includes('palette/search') && new URL(url).searchParams.get('q') === 'glob';
    await page.route((url) => isGlob(url.href), async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press('Control+k');
    const input = page.locator(`${PALETTE}-input`);
    const asked = page.waitForRequest((request) => isGlob(request.url()));
    await input.pressSequentially('glob');
    await asked;
    await input.fill('initrode');
    await expect(page.locator(`${PALETTE}-no-hit`)).toBeVisible();
    const late = page.waitForResponse((response) => isGlob(response.url()));
    waiting!();
    await late;
    await expect(page.locator(`${PALETTE}-no-hit`)).toBeVisible();
    await input.fill('globex');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Globex');
  });

  test('a search that fails says so, and can be repeated', async ({ page, guard }) => {
    guard.expectStatus(500, /palette\/search/);
    await open(page, '/msp/clients');
    await page.route(/palette\/search/, (route) => route.fulfill({ status: 500, json: { code: 'internal' } }), { times: 1 });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('globex');
    await expect(page.locator(`${PALETTE}-error`)).toBeVisible();
    await page.locator(`${PALETTE}-retry-button`).click();
    await expect(selected(page)).toHaveText('Globex');
    await expect(page.locator(`${PALETTE}-input`)).toBeFocused();
  });

  test('the help lists what there is, and single keys can be switched off', async ({ page }) => {
    await open(page, '/msp/interactions');
    const row = page.locator(`${ALL}-feed .row-link`).first();
    await row.focus();
    await page.keyboard.press('?');
    await expect(page.locator(HELP)).toBeVisible();
    await expect(page.locator(`${HELP}-here + dl`)).toContainText('Next row');
    await expect(page.locator(`${HELP}-here + dl`)).not.toContainText('Edit');
    await expect(page.locator(`${HELP}-everywhere + dl`)).toContainText('Command palette');
    await page.keyboard.press('Escape');
    await expect(page.locator(HELP)).toHaveCount(0);
    await expect(row).toBeFocused();

    await page.keyboard.press('?');
    await page.locator('#keyboard-single-keys').press('Space');
    await expect(page.locator('#keyboard-single-keys')).not.toBeChecked();
    await page.keyboard.press('Escape');
    await expect(row).toBeFocused();
    for (const key of ['j', '/', '?', 'g', 'c']) await page.keyboard.press(key);
    await expect(row).toBeFocused();
    await expect(page.locator(HELP)).toHaveCount(0);
    // What is no character still works.
    await page.keyboard.press('ArrowDown');
    await expect(page.locator(`${ALL}-feed .row-link`).nth(1)).toBeFocused();

    await open(page, '/msp/interactions');
    await page.keyboard.press('/');
    expect(await focusedId(page)).toBe('');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('keyboard');
    await expect(selected(page)).toHaveText('Keyboard shortcuts');
    await page.keyboard.press('Enter');
    await page.locator('#keyboard-single-keys').press('Space');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await expect(page.locator(`${ALL}-search-input`)).toBeFocused();
  });

  test('in a field the keys only type', async ({ page }) => {
    await open(page, await clientPath(page, 'Acme Manufacturing'));
    const search = page.locator('#client-interactions-search-input');
    await page.keyboard.press('/');
    await expect(search).toBeFocused();
    await page.keyboard.type('c?gijke/');
    await expect(search).toHaveValue('c?gijke/');
    await expect(search).toBeFocused();
    await expect(page.locator('dialog[open]')).toHaveCount(0);
    await expect(page).toHaveURL(/\/msp\/clients\//);
    const quickAdd = new QuickAdd(page);
    await search.fill('');
    await expect(page).toHaveURL(/\/msp\/clients\/[^?]*$/);
    await page.locator('#client-interactions-add-button').focus();
    await page.keyboard.press('c');
    await expect(quickAdd.type).toBeFocused();
    await quickAdd.notes.focus();
    await page.keyboard.type('c? e /');
    await expect(quickAdd.notes).toHaveValue('c? e /');
    await expect(page.locator(HELP)).toHaveCount(0);
  });

  test('g and a letter lead to the sections', async ({ page }) => {
    await open(page, '/msp/interactions');
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await expect(page).toHaveURL(/\/msp\/clients$/);
    await page.keyboard.press('/');
    await expect(page.locator('#client-search-input')).toBeFocused();
    await expect(page.locator('#client-list .row-link').first()).toBeVisible();
    await page.locator('#content').focus();
    await page.keyboard.press('j');
    await expect(page.locator('#client-list .row-link').first()).toBeFocused();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await expect(page).toHaveURL(/\/msp\/interactions$/);
  });

  test('at the end of the rows more are loaded', async ({ page }) => {
    await open(page, '/msp/interactions?q=backup');
    const rows = page.locator(`${ALL}-feed .row-link`);
    const before = await rows.count();
    await rows.last().focus();
    await page.keyboard.press('j');
    await expect(rows.nth(before)).toBeFocused();
    await expect(rows).toHaveCount(before + 20);
  });
});

test.describe('without script', () => {
  test.use({ role: 'dispatcher', javaScriptEnabled: false });

  test('the button of the palette leads to the search for clients', async ({ page }) => {
    await page.goto('/msp/interactions');
    await page.locator('#command-palette-button').click();
    await expect(page.locator('#client-search-input')).toBeVisible();
  });
});
