import { clientPath, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const ALL = '#overall-interactions';

test.describe('with script', () => {
  test.use({ role: 'tech' });

  test('the search follows the typing, and the back button goes back', async ({ page }) => {
    await open(page, '/msp/interactions');
    const search = page.locator(`${ALL}-search-input`);
    await search.pressSequentially('vpn drops');
    await expect(page).toHaveURL(/q=vpn%20drops/);
    await expect(page.locator(`${ALL}-feed .row-link`).first()).toHaveText('VPN drops for home office users');
    await expect(search).toBeFocused();
    await expect(page.locator(`${ALL}-remove-q`)).toContainText('vpn drops');
    await page.locator(`${ALL}-has-recording`).click();
    await expect(page.locator(`${ALL}-no-hit`)).toBeVisible();
    await page.goBack();
    await expect(page.locator(`${ALL}-feed .row`)).toHaveCount(20);
    await page.locator(`${ALL}-reset-button`).click();
    await expect(page).toHaveURL(/\/msp\/interactions$/);
    await expect(search).toHaveValue('');
    await expect(page.locator('.day-upcoming')).toBeVisible();
  });

  test('type, person and days narrow the timeline', async ({ page }) => {
    await open(page, '/msp/interactions');
    await page.locator(`${ALL}-filter-button`).click();
    await page.locator(`${ALL}-type-filter`).selectOption({ label: 'Call' });
    await expect(page.locator(`${ALL}-remove-type`)).toContainText('Call');
    await page.locator(`${ALL}-person-filter`).selectOption({ label: 'Tomas Berg' });
    await expect(page.locator(`${ALL}-remove-person`)).toContainText('Tomas Berg');
    await expect(page.locator(`${ALL}-feed .row-meta`).first()).toContainText('Tomas Berg');
    for (const row of await page.locator(`${ALL}-feed .row-meta`).allTextContents()) {
      expect(row).toContain('Call');
      expect(row).toContain('Tomas Berg');
    }
    await page.locator(`${ALL}-type-filter`).press('Escape');
    await expect(page.locator(`${ALL}-type-filter`)).toBeHidden();
    await expect(page.locator(`${ALL}-filter-button`)).toBeFocused();
    await page.locator(`${ALL}-remove-type`).click();
    await expect(page.locator(`${ALL}-remove-type`)).toHaveCount(0);
    await expect(page.locator(`${ALL}-type-filter`)).toHaveValue('');
    await expect(page.locator(`${ALL}-remove-person`)).toBeVisible();
  });

  test('a filtered timeline is read on in place', async ({ page }) => {
    await open(page, '/msp/interactions?q=backup');
    const rows = page.locator(`${ALL}-feed .row`);
    const before = await rows.count();
    await page.locator(`${ALL}-older-link`).click();
    await expect(rows).toHaveCount(before + 20);
    const ids = await rows.evaluateAll((rows) => rows.map((row) => row.id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('from the client to a contact, and from the row to the record', async ({ page }) => {
    await open(page, await clientPath(page, 'Acme Manufacturing'));
    await page.locator('#client-contacts').getByRole('link', { name: 'Ada Example', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Ada Example' })).toBeVisible();
    await expect(page.locator('#contact-details')).toContainText('ada@acme.example');
    await page.locator('#contact-timeline .row-link').first().click();
    await expect(page.locator('#interaction-details-contact-link')).toHaveText('Ada Example');
  });

  test('all of it by keyboard', async ({ page }) => {
    await open(page, '/msp/interactions');
    await page.locator(`${ALL}-search-input`).focus();
    await page.keyboard.type('firmware');
    await page.keyboard.press('Enter');
    await expect(page.locator(`${ALL}-remove-q`)).toBeVisible();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.locator(`${ALL}-type-filter`)).toBeVisible();
    await page.locator(`${ALL}-feed .row-link`).first().focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('#interaction-details')).toBeVisible();
  });
});

test.describe('without script', () => {
  test.use({ role: 'tech', javaScriptEnabled: false });

  test('filters are a form, pages are links', async ({ page }) => {
    await page.goto('/msp/interactions');
    await page.locator(`${ALL}-search-input`).fill('backup');
    await page.locator(`${ALL}-search-button`).click();
    await expect(page).toHaveURL(/q=backup/);
    await page.locator(`${ALL}-filter-button`).click();
    await page.locator(`${ALL}-type-filter`).selectOption({ label: 'Email' });
    await page.locator(`${ALL}-apply-button`).click();
    await expect(page.locator(`${ALL}-remove-type`)).toContainText('Email');
    await expect(page.locator(`${ALL}-search-input`)).toHaveValue('backup');
    const first = await page.locator(`${ALL}-feed .row`).first().getAttribute('id');
    await page.locator(`${ALL}-older-link`).click();
    await expect(page).toHaveURL(/after=[0-9a-f]{48}$/);
    await expect(page.locator(`#${first}`)).toHaveCount(0);
    await page.locator(`${ALL}-newest-link`).click();
    await expect(page.locator(`#${first}`)).toBeVisible();
    await page.locator(`${ALL}-reset-button`).click();
    await expect(page).toHaveURL(/\/msp\/interactions$/);
  });
});
