import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { PASSWORD, submitPortalSignIn } from '../../fixtures/login';
import { linkFrom, mailsTo } from '../../fixtures/mail';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const CY = 'cy@globex.example';
const BO = 'bo@acme.example';
const NEW = 'correct horse battery';

// Others sign in as them, too.
test.afterAll(() => {
  sql(`UPDATE users SET hashed_password = (SELECT hashed_password FROM users WHERE email = 'ada@acme.example')
    WHERE email IN ('${BO}', '${CY}')`);
});

test('a forgotten password is chosen anew by the link in a mail', async ({ page, guard }) => {
  await open(page, '/auth/client-portal/signin');
  await page.locator('#forgot-password-link').click();
  await expect(page.locator('#email')).toBeVisible();
  await expectAccessible(page);
  await page.locator('#email').fill(CY);
  await page.locator('#send-password-reset-button').click();
  await expect(page.locator('#forgot-password-sent')).toContainText('If there is an account');
  const link = await linkFrom(CY, '/auth/client-portal/reset-password');

  await open(page, link);
  await expect(page.locator('#password')).toBeVisible();
  await expectAccessible(page);
  guard.expectStatus(422, /\/api\/account\/reset-password/);
  await page.locator('#password').fill('passwordpassword');
  await expect(page.locator('#password-hint')).toContainText('Easy to guess');
  await page.locator('#password-reset-confirm').fill('passwordpassword');
  await page.locator('#reset-password-button').click();
  await expect(page.locator('#password-error')).toContainText('Too easy to guess');
  await expect(page.locator('#password')).toBeFocused();
  await page.locator('#password').fill(NEW);
  await expect(page.locator('#password-hint')).toContainText('Strong');
  await page.locator('#password-reset-confirm').fill(NEW);
  await page.locator('#reset-password-button').click();
  await expect(page.locator('#password-changed-notice')).toBeVisible();
  await submitPortalSignIn(page, CY, NEW);
  await expect(page.locator('#portal-account')).toContainText('Globex');

  guard.expectStatus(410, /reset-password/);
  expect(await open(page, link)).toBe(410);
  await expect(page.locator('#reset-password-error')).toContainText('does not work any more');
  await expectAccessible(page);
  await expect.poll(() => mailsTo(CY, 'was changed').length).toBeGreaterThan(0);
});

test('who has no account is answered alike, and gets no mail', async ({ page }) => {
  await open(page, '/auth/msp/forgot-password');
  await page.locator('#email').fill('nobody@northwind.example');
  await page.locator('#send-password-reset-button').click();
  await expect(page.locator('#forgot-password-sent')).toContainText('If there is an account');
  expect(mailsTo('nobody@northwind.example', '')).toEqual([]);
});

test.describe('without script, in German', () => {
  test.use({ javaScriptEnabled: false, locale: 'de-DE' });

  test('a forgotten password is chosen anew', async ({ page }) => {
    await page.goto('/auth/client-portal/forgot-password');
    await page.locator('#email').fill(BO);
    await page.locator('#send-password-reset-button').click();
    await expect(page.locator('#forgot-password-sent')).toContainText('Wenn es ein Konto');
    const link = await linkFrom(BO, '/auth/client-portal/reset-password');
    await page.goto(link);
    await page.locator('#password').fill(NEW);
    await page.locator('#password-reset-confirm').fill('something else');
    await page.locator('#reset-password-button').click();
    await expect(page.locator('#password-reset-confirm-error')).toContainText('nicht gleich');
    expect(page.url(), 'no password in the address').not.toContain('correct');
    await page.locator('#password').fill(NEW);
    await page.locator('#password-reset-confirm').fill(NEW);
    await page.locator('#reset-password-button').click();
    await expect(page.locator('#password-changed-notice')).toBeVisible();
    await submitPortalSignIn(page, BO, PASSWORD);
    await expect(page.locator('#sign-in-error')).toBeVisible();
    await submitPortalSignIn(page, BO, NEW);
    await expect(page.locator('#portal-account')).toContainText('Acme');
  });
});
