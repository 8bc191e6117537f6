import { clientPath, focusedId, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

test('the dialog is opened, kept, discarded and left by the keyboard', async ({ page }) => {
  await open(page, await clientPath(page, 'Castle Bakery'));
  const quickAdd = new QuickAdd(page);
  const add = page.locator('#client-interactions-add-button');
  await add.focus();
  await page.keyboard.press('Enter');
  await expect(quickAdd.type).toBeFocused();
  // Nothing was typed: Esc closes at once.
  await page.keyboard.press('Escape');
  await expect(quickAdd.dialog).toHaveCount(0);
  await expect(add).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(quickAdd.type).toBeFocused();
  await quickAdd.title.focus();
  await page.keyboard.type('Half a thought');
  await page.keyboard.press('Escape');
  await expect(quickAdd.discard).toBeVisible();
  await expect(quickAdd.discard.locator('#quick-add-interaction-keep-button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(quickAdd.discard).toHaveCount(0);
  await expect(quickAdd.title).toHaveValue('Half a thought');
  await expect(quickAdd.title).toBeFocused();

  // Esc in the question means to keep.
  await page.keyboard.press('Escape');
  await expect(quickAdd.discard).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(quickAdd.discard).toHaveCount(0);
  await expect(quickAdd.title).toHaveValue('Half a thought');

  await page.keyboard.press('Escape');
  await expect(quickAdd.discard).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(quickAdd.dialog).toHaveCount(0);
  await expect(add).toBeFocused();
  expect(new URL(page.url()).search).toBe('');
});

test('Esc pressed many times does not lose what was typed', async ({ page }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Castle Bakery');
  await quickAdd.title.fill('Dear to me');
  for (let presses = 0; presses < 6; presses += 1) await page.keyboard.press('Escape');
  await expect(quickAdd.form).toBeVisible();
  await expect(quickAdd.title).toHaveValue('Dear to me');
});

test('the focus stays in the dialog', async ({ page }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Castle Bakery');
  await quickAdd.fillMeeting('Round and round');
  const seen = new Set<string | undefined>();
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press('Tab');
    // Between the last and the first control Chromium stops at its own buttons; then nothing in the page has the focus.
    const where = await page.evaluate(() => {
      const active = document.activeElement;
      return active === document.body || active?.closest('#quick-add-interaction') ? 'inside' : active?.id;
    });
    expect(where).toBe('inside');
    seen.add(await focusedId(page));
  }
  for (const id of ['save-interaction-button', 'cancel-interaction-button', 'quick-add-interaction-close-button']) {
    expect(seen).toContain(id);
  }
});

test('a meeting is scheduled with the keyboard alone', async ({ page, sim }) => {
  const subject = 'Hands off the mouse';
  await open(page, await clientPath(page, 'Castle Bakery'));
  const quickAdd = new QuickAdd(page);
  await page.locator('#client-interactions-add-button').focus();
  await page.keyboard.press('Enter');
  await expect(quickAdd.type).toBeFocused();
  await page.keyboard.type('Online');
  await expect(quickAdd.teams).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.type(subject);
  await quickAdd.address.focus();
  await page.keyboard.type('ops@globex.example');
  await page.keyboard.press('Enter');
  await expect(quickAdd.chips).toHaveText(['ops@globex.example']);
  await expect(quickAdd.address).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  await expect(quickAdd.chips).toHaveCount(0);
  await expect(quickAdd.address).toBeFocused();
  await quickAdd.title.focus();
  await page.keyboard.press('Enter');
  await expect(quickAdd.row(`Online Meeting: ${subject}`).getByRole('link').first()).toBeFocused();
  expect(await sim.events(subject)).toHaveLength(1);
});

test('the menu of the account opens and closes by the keyboard', async ({ page }) => {
  await open(page, '/msp/clients');
  await page.locator('#user-menu-button').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#user-menu')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.locator('#language-en-button')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('#user-menu')).toBeHidden();
  await expect(page.locator('#user-menu-button')).toBeFocused();
});
