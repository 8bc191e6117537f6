import { expectAccessible } from '../../fixtures/a11y';
import { ACCOUNTS, PASSWORD, submitPortalSignIn, submitSignIn } from '../../fixtures/login';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const ADA = 'ada@acme.example';

test('a portal user signs in, sees who is signed in, and out', async ({ page }) => {
  await open(page, '/auth/client-portal/signin');
  await expect(page.locator('#client-email-field')).toBeFocused();
  await expectAccessible(page);
  await submitPortalSignIn(page, ADA);
  await expect(page).toHaveURL(/\/client-portal$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome, Ada Example');
  await expect(page.locator('#portal-account')).toContainText('Acme Manufacturing');
  await expect(page.locator('#portal-account')).toContainText('Northwind IT');
  await expectAccessible(page);
  await page.locator('#sign-out-button').click();
  await expect(page).toHaveURL(/\/auth\/client-portal\/signin/);
  await page.goto('/client-portal');
  await expect(page).toHaveURL(/\/auth\/client-portal\/signin\?next=/);
});

test('neither door opens the other', async ({ page, guard }) => {
  guard.expectStatus(401, /\/api\/session\//);
  await open(page, '/auth/client-portal/signin');
  await submitPortalSignIn(page, ACCOUNTS.dispatcher);
  await expect(page.locator('#sign-in-error')).toContainText('You could not be signed in.');
  await submitPortalSignIn(page, ADA);
  await expect(page.locator('#portal-account')).toBeVisible();
  await page.goto('/msp/clients');
  await expect(page).toHaveURL(/\/auth\/msp\/signin/);
  expect((await page.request.get('/api/clients/list?q=')).status()).toBe(401);
  expect((await page.request.get('/api/portal/viewer')).status()).toBe(200);

  await open(page, '/auth/msp/signin');
  await submitSignIn(page, ACCOUNTS.finance);
  await expect(page.locator('#client-list')).toBeVisible();
  await page.goto('/client-portal');
  await expect(page).toHaveURL(/\/auth\/client-portal\/signin/);
  expect((await page.request.get('/api/portal/viewer')).status()).toBe(401);
});

test('an address of the portal where nothing is', async ({ page, guard }) => {
  guard.expectStatus(404, /\/client-portal\/nowhere/);
  await open(page, '/auth/client-portal/signin?next=%2Fclient-portal%2Fnowhere');
  await submitPortalSignIn(page, ADA);
  await expect(page.locator('#not-found')).toBeVisible();
  expect(await open(page, '/client-portal/nowhere')).toBe(404);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a portal user signs in by a link that names the provider', async ({ page }) => {
    await page.goto('/auth/client-portal/signin?tenant=000000000000');
    await submitPortalSignIn(page, ADA, PASSWORD);
    await expect(page.locator('#sign-in-error')).toContainText('You could not be signed in.');
    await page.goto('/auth/client-portal/signin');
    await submitPortalSignIn(page, ADA, PASSWORD);
    await expect(page.locator('#portal-account')).toContainText('Acme Manufacturing');
    await page.locator('#sign-out-button').click();
    await expect(page).toHaveURL(/\/auth\/client-portal\/signin/);
  });
});
