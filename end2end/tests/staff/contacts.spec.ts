import { clientPath, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const FORM = '#contact-form';

test.describe('a technician', () => {
  test.use({ role: 'tech' });

  test('finds contacts by part of a name, by client and page by page', async ({ page }) => {
    await open(page, '/msp/clients');
    await page.locator('#nav-contacts').click();
    await expect(page).toHaveURL(/\/msp\/contacts$/);
    const rows = page.locator('#contact-list tbody tr');
    await expect(rows).toHaveCount(50);
    await expect(page.locator('#nav-contacts')).toHaveAttribute('aria-current', 'true');
    const first = await rows.first().textContent();
    await page.locator('#contact-list-next-link').click();
    await expect(page).toHaveURL(/after=/);
    await expect(rows.filter({ hasText: first! })).toHaveCount(0);
    await page.goBack();
    await expect(rows.first()).toHaveText(first!);

    const search = page.locator('#contact-search-input');
    await search.pressSequentially('@acme');
    await expect(page).toHaveURL(/q=%40acme|q=@acme/);
    await expect(rows.filter({ hasText: 'Ada Example' })).toHaveCount(1);
    await expect(search).toBeFocused();
    await search.fill('');
    await page.locator('#contact-client-filter').fill('globex');
    await expect(page).toHaveURL(/client=globex$/);
    await expect(rows.first()).toContainText('Globex');
    await page.locator('#contact-client-filter').fill('Nobody Ltd');
    await expect(page.locator('#contact-list-no-hit')).toBeVisible();
    await page.locator('#contact-search-clear-link').click();
    await expect(rows).toHaveCount(50);
  });

  test('adds a contact on a client’s page, is told what is wrong, and changes it', async ({ page, guard }) => {
    guard.expectStatus(422, /\/api\/contacts\/save/);
    await open(page, await clientPath(page, 'Harbour Logistics'));
    await page.locator('#client-contacts-add-button').click();
    await expect(page.locator(`${FORM}-name`)).toBeFocused();
    await expect(page.locator(`${FORM}-client`)).toHaveValue('Harbour Logistics');
    await page.locator(`${FORM}-save-button`).click();
    await expect(page.locator(`${FORM}-name-error`)).toHaveText('Fill in this field.');
    await page.locator(`${FORM}-name`).fill('Eve <script>alert(1)</script>');
    await page.locator(`${FORM}-email`).fill('ADA@acme.example');
    await page.locator(`${FORM}-zone`).fill('Mars/Olympus');
    await page.locator(`${FORM}-save-button`).click();
    await expect(page.locator(`${FORM}-email-error`)).toContainText('Another one has this already.');
    await expect(page.locator(`${FORM}-zone-error`)).toContainText('This is no time zone.');
    await expect(page.locator(`${FORM}-email`)).toBeFocused();
    await expect(page.locator(`${FORM}-name`)).toHaveValue('Eve <script>alert(1)</script>');
    await page.locator(`${FORM}-email`).fill('eve.new@harbour.example');
    await page.locator(`${FORM}-zone`).fill('Europe/Lisbon');
    await page.locator(`${FORM}-language`).selectOption('pt');
    await page.locator(`${FORM}-phone`).fill('+351 21 000 0000');
    await page.locator(`${FORM}-save-button`).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Eve <script>alert(1)</script>');
    const details = page.locator('#contact-details');
    await expect(details).toContainText('Português');
    await expect(details).toContainText('Europe/Lisbon');
    await expect(page.locator('#contact-phone-0')).toHaveAttribute('href', 'tel:+351210000000');
    await expect(page.locator('#contact-client-link')).toHaveText('Harbour Logistics');

    await page.locator('#contact-edit-button').click();
    await page.locator(`${FORM}-role`).fill('=Owner');
    await page.locator(`${FORM}-zone`).fill('');
    await page.locator(`${FORM}-active`).uncheck();
    await page.locator(`${FORM}-save-button`).click();
    await expect(details).toContainText('=Owner');
    await expect(details).toContainText('your organisation’s');
    await expect(page.getByText('Inactive contact')).toBeVisible();
    await expect(page.locator('#contact-edit-button')).toBeFocused();
    await open(page, '/msp/contacts?q=eve.new');
    await expect(page.locator('#contact-list-no-hit')).toBeVisible();
    await page.locator('#contact-shown-select').selectOption('inactive');
    await expect(page.locator('#contact-list tbody tr')).toContainText(['Inactive']);
  });

  test('clients are suggested while one types', async ({ page }) => {
    await open(page, '/msp/contacts?new=contact');
    await page.locator(`${FORM}-client`).pressSequentially('glob');
    await expect(page.locator('#contact-form-clients option')).toHaveCount(1);
    await expect(page.locator('#contact-form-clients option')).toHaveAttribute('value', 'Globex');
    await page.keyboard.press('Escape');
    await expect(page.locator('#contact-dialog-discard')).toBeVisible();
    await page.locator('#contact-dialog-keep-button').click();
    await expect(page.locator(`${FORM}-client`)).toHaveValue('glob');
  });
});

test.describe('without script', () => {
  test.use({ role: 'dispatcher', javaScriptEnabled: false });

  test('lists are searched and paged, and a contact is added', async ({ page }) => {
    await page.goto('/msp/contacts');
    await page.locator('#contact-list-next-link').click();
    await expect(page.locator('#contact-list-first-link')).toBeVisible();
    await page.locator('#contact-client-filter').fill('Globex');
    await page.locator('#contact-search-button').click();
    await expect(page).toHaveURL(/client=Globex/);
    await page.locator('#contacts-add-button').click();
    await page.locator(`${FORM}-name`).fill('Plain Form');
    await page.locator(`${FORM}-client`).fill('Globex');
    await page.locator(`${FORM}-save-button`).click();
    await expect(page).toHaveURL(/\/msp\/contacts\/[0-9a-f-]{36}$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Plain Form');
    await page.locator('#contact-edit-button').click();
    await page.locator(`${FORM}-client`).fill('Nobody');
    await page.locator(`${FORM}-save-button`).click();
    await expect(page.locator(`${FORM}-client-error`)).toContainText('There is no client “Nobody”');
  });
});
