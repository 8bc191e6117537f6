import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { ACCOUNTS, PASSWORD, submitSignIn } from '../../fixtures/login';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';
import { totp } from '../../fixtures/totp';

/** As if all codes so far had been shown long ago. */
const forgetSteps = () => sql(`UPDATE users SET two_factor_last_step = NULL WHERE email = '${ACCOUNTS.contosoAdmin}'`);
const forgetTries = () => sql("DELETE FROM rate_limits WHERE key LIKE 'code/%' OR key LIKE 'enrol/%'");

test.describe('a second factor', () => {
  test.use({ storageState: async ({ sessions }, use) => use(await sessions.make('contosoAdmin')) });

  test.afterEach(() => {
    sql(`DELETE FROM user_recovery_codes;
         DELETE FROM tenant_secrets WHERE name LIKE 'totp%';
         UPDATE users SET two_factor_enabled = false, two_factor_last_step = NULL WHERE email = '${ACCOUNTS.contosoAdmin}'`);
    forgetTries();
  });

  test('is set up, asked for, and switched off', async ({ page, newContext, guard }) => {
    guard.expectStatus(422, /\/api\//);
    await open(page, '/msp/profile');
    await page.locator('#second-factor-password').fill('wrong');
    await page.locator('#second-factor-begin-button').click();
    await expect(page.locator('#second-factor-password-error')).toContainText('not your current password');
    await page.locator('#second-factor-password').fill(PASSWORD);
    await page.locator('#second-factor-begin-button').click();
    await expect(page.locator('#second-factor-qr')).toBeVisible();
    await expectAccessible(page);
    const secret = await page.locator('#second-factor-secret').innerText();
    await expect(page.locator('#recovery-codes li')).toHaveCount(10);
    const recovery = await page.locator('#recovery-codes li').first().innerText();
    await page.locator('#second-factor-code').fill('000000');
    await page.locator('#second-factor-confirm-button').click();
    await expect(page.locator('#second-factor-code-error')).toContainText('not right');
    await page.locator('#second-factor-code').fill(totp(secret));
    await page.locator('#second-factor-confirm-button').click();
    await expect(page.locator('#profile-saved')).toContainText('is on');
    await expect(page.locator('#recovery-codes-left')).toContainText('10');
    await expectAccessible(page);

    const other = await (await newContext({ storageState: { cookies: [], origins: [] } })).newPage();
    await open(other, '/auth/msp/signin?next=%2Fmsp%2Fprofile');
    await submitSignIn(other, ACCOUNTS.contosoAdmin);
    await expect(other.locator('#two-factor-code-field')).toBeFocused();
    await expectAccessible(other);
    await other.goto('/msp/clients');
    await expect(other, 'the password alone opens nothing').toHaveURL(/\/auth\/msp\/signin/);
    await open(other, '/auth/msp/code');
    await other.locator('#two-factor-code-field').fill('000000');
    await other.locator('#two-factor-submit-button').click();
    await expect(other.locator('#two-factor-code-field-error')).toContainText('not right');
    forgetSteps();
    await other.locator('#two-factor-code-field').fill(totp(secret));
    await other.keyboard.press('Enter');
    await expect(other).toHaveURL(/\/msp\/profile$/);
    await other.locator('#user-menu-button').click();
    await other.locator('#sign-out-button').click();

    await submitSignIn(other, ACCOUNTS.contosoAdmin);
    await other.locator('#two-factor-code-field').fill(recovery);
    await other.locator('#two-factor-submit-button').click();
    await expect(other.locator('#client-list')).toBeVisible();

    await open(page, '/msp/profile');
    await expect(page.locator('#recovery-codes-left')).toContainText('9');
    await page.locator('#second-factor-password').fill(PASSWORD);
    await page.locator('#second-factor-off-button').click();
    await expect(page.locator('#profile-saved')).toContainText('is off');
  });

  test('that was left too long is begun again', async ({ page, guard }) => {
    await page.context().clearCookies();
    await open(page, '/auth/msp/code');
    guard.expectStatus(401, /\/api\/session\/code/);
    await page.locator('#two-factor-code-field').fill('123456');
    await page.locator('#two-factor-submit-button').click();
    await expect(page.locator('#two-factor-error')).toContainText('took too long');
    await page.locator('#two-factor-back-link').click();
    await expect(page.locator('#msp-email-field')).toBeVisible();
  });

  test('that was not begun is not found', async ({ page, guard }) => {
    guard.expectStatus(404, /second-factor/);
    expect(await open(page, '/msp/profile/second-factor')).toBe(404);
    await expect(page.locator('#not-found')).toBeVisible();
  });

  test.describe('without script', () => {
    test.use({ javaScriptEnabled: false });

    test('is set up and asked for', async ({ page }) => {
      await page.goto('/msp/profile');
      await page.locator('#second-factor-password').fill(PASSWORD);
      await page.locator('#second-factor-begin-button').click();
      const secret = await page.locator('#second-factor-secret').innerText();
      await page.locator('#second-factor-code').fill(totp(secret));
      await page.locator('#second-factor-confirm-button').click();
      await expect(page.locator('#profile-saved')).toContainText('is on');
      await page.goto('/msp/profile');
      await page.locator('#sign-out-everywhere-button').click();
      await expect(page).toHaveURL(/\/auth\/msp\/signin/);
      forgetSteps();
      await submitSignIn(page, ACCOUNTS.contosoAdmin);
      await page.locator('#two-factor-code-field').fill('000000');
      await page.locator('#two-factor-submit-button').click();
      await expect(page.locator('#two-factor-code-field-error')).toContainText('not right');
      await page.locator('#two-factor-code-field').fill(totp(secret));
      await page.locator('#two-factor-submit-button').click();
      await expect(page.locator('#client-list')).toBeVisible();
    });
  });
});
