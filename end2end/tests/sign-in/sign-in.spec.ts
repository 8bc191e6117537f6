import { ACCOUNTS, submitSignIn } from '../../fixtures/login';
import { hydrated, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

test('staff sign in and out', async ({ page }) => {
  await open(page, '/auth/msp/signin');
  await expect(page.locator('#msp-email-field')).toBeFocused();
  await submitSignIn(page, ACCOUNTS.finance);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Clients');
  await page.locator('#user-menu-button').click();
  await expect(page.locator('#user-menu')).toContainText('Northwind IT');
  await expect(page.locator('#user-menu')).toContainText('Times in Europe/Berlin');
  await page.locator('#sign-out-button').click();
  await expect(page).toHaveURL(/\/auth\/msp\/signin/);
  await page.goBack();
  await expect(page).toHaveURL(/\/auth\/msp\/signin/);
});

test('whoever comes to a page without a session comes back to it', async ({ page }) => {
  await page.goto('/msp/clients?q=globex');
  await hydrated(page);
  await expect(page).toHaveURL(/\/auth\/msp\/signin\?next=/);
  await submitSignIn(page, ACCOUNTS.finance);
  await expect(page).toHaveURL(/\/msp\/clients\?q=globex$/);
  await expect(page.locator('#client-list tbody tr')).toHaveCount(1);
});

test('sign-in leads to no other site', async ({ page, url }) => {
  await open(page, '/auth/msp/signin?next=//evil.example/msp');
  await submitSignIn(page, ACCOUNTS.finance);
  await expect(page).toHaveURL(`${url}/msp/clients`);
});

test('a wrong password is refused in words, and the address stays', async ({ page, guard }) => {
  await open(page, '/auth/msp/signin');
  guard.expectStatus(401, /\/api\/session\/sign-in/);
  await submitSignIn(page, 'nobody@northwind.example', 'wrong');
  await expect(page.locator('#sign-in-error')).toContainText('You could not be signed in.');
  await expect(page.locator('#msp-email-field')).toHaveValue('nobody@northwind.example');
  await expect(page.locator('#msp-sign-in-button')).toHaveText('Sign in');
});

test('too many tries are refused for a while', async ({ page, guard }) => {
  await open(page, '/auth/msp/signin');
  guard.expectStatus(401, /\/api\/session\/sign-in/);
  guard.expectStatus(429, /\/api\/session\/sign-in/);
  const answered = () => page.waitForResponse(/\/api\/session\/sign-in/);
  let status = 0;
  for (let tries = 0; tries < 10 && status !== 429; tries += 1) {
    const answer = answered();
    await submitSignIn(page, 'guesser@northwind.example', `guess ${tries}`);
    status = (await answer).status();
    await expect(page.locator('#sign-in-error')).toBeVisible();
  }
  expect(status).toBe(429);
  await expect(page.locator('#sign-in-error')).toContainText('There were too many tries.');
});

test('portal users do not sign in here', async ({ page, guard }) => {
  await open(page, '/auth/msp/signin');
  guard.expectStatus(401, /\/api\/session\/sign-in/);
  await submitSignIn(page, 'ada@acme.example');
  await expect(page.locator('#sign-in-error')).toContainText('You could not be signed in.');
});

test('the password is shown and hidden', async ({ page }) => {
  await open(page, '/auth/msp/signin');
  const password = page.locator('#msp-password-field');
  const toggle = page.locator('#msp-toggle-password-visibility');
  await password.fill('secret');
  await toggle.click();
  await expect(password).toHaveAttribute('type', 'text');
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await toggle.click();
  await expect(password).toHaveAttribute('type', 'password');
  await expect(password).toHaveValue('secret');
});

test('the language is switched, and kept', async ({ page }) => {
  await open(page, '/auth/msp/signin?next=%2Fmsp%2Fclients%3Fq%3Dacme');
  await page.locator('#language-de-button').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await hydrated(page);
  await expect(page.locator('#language-de-button')).toHaveAttribute('aria-pressed', 'true');
  expect(page.url(), 'where one wanted to go is not forgotten').toContain('next=');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.locator('#language-fr-button').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

for (const [locale, language] of [
  ['de-AT', 'de'],
  ['fr-CA', 'fr'],
  ['nl-NL', 'en'],
] as const) {
  test.describe(`a browser set to ${locale}`, () => {
    test.use({ locale });
    test(`is answered in ${language}`, async ({ page }) => {
      await open(page, '/auth/msp/signin');
      await expect(page.locator('html')).toHaveAttribute('lang', language);
    });
  });
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a wrong password is refused in words', async ({ page }) => {
    await page.goto('/auth/msp/signin');
    await submitSignIn(page, 'nobody-without-script@northwind.example', 'wrong');
    await expect(page.locator('#sign-in-error')).toContainText('You could not be signed in.');
    expect(page.url(), 'no password in the address').not.toContain('wrong&');
  });
});

test.describe('a session that ended elsewhere', () => {
  test('leads to the sign-in page, and back', async ({ newContext, sessions, guard }) => {
    const storageState = await sessions.make('tech');
    const page = await (await newContext({ storageState })).newPage();
    await open(page, '/msp/clients');
    const elsewhere = await (await newContext({ storageState })).newPage();
    await open(elsewhere, '/msp/clients');
    await elsewhere.locator('#user-menu-button').click();
    await elsewhere.locator('#sign-out-button').click();
    await expect(elsewhere).toHaveURL(/\/auth\/msp\/signin/);

    guard.expectStatus(401, /\/api\//);
    await page.locator('#client-list').getByRole('link', { name: 'Globex' }).click();
    await expect(page.locator('#page-error')).toContainText('You are signed out.');
    await page.locator('#page-error-sign-in').click();
    await expect(page.locator('#msp-email-field')).toBeVisible();
    await submitSignIn(page, ACCOUNTS.tech);
    await expect(page.getByRole('heading', { level: 1, name: 'Globex' })).toBeVisible();
  });
});
