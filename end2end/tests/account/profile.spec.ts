import { expectAccessible } from '../../fixtures/a11y';
import { ACCOUNTS, PASSWORD, submitSignIn } from '../../fixtures/login';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const NEW = 'several words make it';

test.describe('the profile of a technician', () => {
  // Each test begins signed in by itself: some end sessions.
  test.use({ storageState: async ({ sessions }, use) => use(await sessions.make('tech')) });

  test('is reached from the menu, and name, language and zone are saved', async ({ page }) => {
    await open(page, '/msp/clients');
    await page.locator('#user-menu-button').click();
    await page.locator('#profile-link').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Profile');
    await expectAccessible(page);
    await page.locator('#profile-first-name').fill('Tomás');
    await page.locator('#profile-zone').fill('America/New_York');
    await page.locator('#profile-language').selectOption('de');
    await page.locator('#profile-save-button').click();
    await expect(page.locator('#profile-saved')).toHaveText('Gespeichert.');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await expect(page.locator('#user-menu-button')).toContainText('Tomás Berg');
    await page.locator('#user-menu-button').click();
    await expect(page.locator('#user-menu')).toContainText('America/New_York');
    await open(page, '/msp/profile');
    await page.locator('#profile-language').selectOption('en');
    await page.locator('#profile-zone').fill('Europe/Berlin');
    await page.locator('#profile-first-name').fill('Tomas');
    await page.locator('#profile-save-button').click();
    await expect(page.locator('#profile-saved')).toHaveText('Saved.');
  });

  test('refuses what is no zone, beside the field, and keeps what was typed', async ({ page, guard }) => {
    await open(page, '/msp/profile');
    guard.expectStatus(422, /\/api\/account\/save/);
    await page.locator('#profile-first-name').fill('<b>Tomas</b>');
    await page.locator('#profile-zone').fill('Mars/Olympus');
    await page.locator('#profile-save-button').click();
    await expect(page.locator('#profile-zone-error')).toContainText('no time zone');
    await expect(page.locator('#profile-zone')).toBeFocused();
    await expect(page.locator('#profile-first-name')).toHaveValue('<b>Tomas</b>');
    await expectAccessible(page);
  });

  test('changes the password, and other devices are signed out', async ({ page, newContext, sessions, guard }) => {
    const elsewhere = await (await newContext({ storageState: await sessions.make('tech') })).newPage();
    await open(elsewhere, '/msp/clients');
    await open(page, '/msp/profile');
    guard.expectStatus(422, /\/api\/account\/change-password/);
    const change = async (current: string, password: string) => {
      await page.locator('#profile-current-password').fill(current);
      await page.locator('#profile-new-password').fill(password);
      await page.locator('#profile-confirm-password').fill(password);
      await page.locator('#profile-change-password-button').click();
    };
    await change('wrong', NEW);
    await expect(page.locator('#profile-current-password-error')).toContainText('not your current password');
    await expect(page.locator('#profile-current-password')).toBeFocused();
    await change(PASSWORD, NEW);
    await expect(page.locator('#profile-saved')).toContainText('Your password is changed');
    await elsewhere.goto('/msp/clients');
    await expect(elsewhere).toHaveURL(/\/auth\/msp\/signin/);
    await submitSignIn(elsewhere, ACCOUNTS.tech, NEW);
    await expect(elsewhere.locator('#client-list')).toBeVisible();
    await restorePassword();
  });

  test('lists the sign-ins, ends one, and all', async ({ page, newContext, sessions }) => {
    const elsewhere = await (await newContext({ storageState: await sessions.make('tech') })).newPage();
    await open(page, '/msp/profile');
    const rows = page.locator('#profile-sessions > li');
    await expect(rows.filter({ hasText: 'This device' })).toHaveCount(1);
    await expect(rows.filter({ hasText: 'Chrome on Linux' })).not.toHaveCount(0);
    const before = await rows.count();
    // The latest used stands first: the one of the other browser.
    await page.locator('#profile-sessions button').first().click();
    await expect(page.locator('#profile-saved')).toHaveText('That device is signed out.');
    await expect(rows).toHaveCount(before - 1);
    await page.locator('#sign-out-everywhere-button').click();
    await expect(page).toHaveURL(/\/auth\/msp\/signin/);
    await page.goto('/msp/profile');
    await expect(page).toHaveURL(/\/auth\/msp\/signin/);
    await elsewhere.goto('/msp/clients');
    await expect(elsewhere).toHaveURL(/\/auth\/msp\/signin/);
  });

  test.describe('without script', () => {
    test.use({ javaScriptEnabled: false });

    test('is read and saved', async ({ page }) => {
      await page.goto('/msp/profile');
      await page.locator('#profile-zone').fill('Mars/Olympus');
      await page.locator('#profile-save-button').click();
      await expect(page.locator('#profile-zone-error')).toContainText('no time zone');
      await page.locator('#profile-zone').fill('Europe/Berlin');
      await page.locator('#profile-save-button').click();
      await expect(page.locator('#profile-saved')).toHaveText('Saved.');
    });
  });

  async function restorePassword(): Promise<void> {
    const { sql } = await import('../../fixtures/database');
    sql(`UPDATE users SET hashed_password = (SELECT hashed_password FROM users WHERE email = '${ACCOUNTS.finance}')
          WHERE email = '${ACCOUNTS.tech}'`);
  }
});
