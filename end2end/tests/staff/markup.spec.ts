import type { Page } from '@playwright/test';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { wallClock } from '../../fixtures/records';
import { expect, test } from '../../fixtures/test';

// Whatever is typed into any field is text wherever it is shown. That the browser complains about nothing, every test watches.

const MARKUP = '<img src=x onerror="alert(1)">';
const SCRIPT = '<script>alert(1)</script>';

/** Nothing of it has become an element, and nothing has spoken. */
async function isText(page: Page): Promise<void> {
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(await page.locator('body script').filter({ hasText: 'alert(1)' }).count()).toBe(0);
}

test.use({ role: 'admin' });

test.beforeEach(({ page }) => {
  page.on('dialog', (dialog) => {
    throw new Error(`The page said ${dialog.message()}.`);
  });
});

// Other tests count the clients, and know people by their names.
test.afterAll(() => {
  sql(`DELETE FROM interactions WHERE title LIKE '<img%';
    DELETE FROM contact_phone_numbers USING contacts k WHERE contact_phone_numbers.contact_name_id = k.contact_name_id AND k.full_name LIKE '<img%';
    DELETE FROM contacts WHERE full_name LIKE '<img%';
    DELETE FROM client_locations USING clients c WHERE client_locations.client_id = c.client_id AND c.client_name LIKE '<img%';
    DELETE FROM clients WHERE client_name LIKE '<img%';
    DELETE FROM interaction_types WHERE type_name LIKE '<img%';
    DELETE FROM statuses WHERE name LIKE '<img%'`);
});

test('a client, a contact and an interaction of markup', async ({ page }) => {
  await open(page, '/msp/settings/interaction-types');
  await page.locator('#interaction-type-add-link').click();
  await page.locator('#interaction-type-name').fill(MARKUP);
  await page.locator('#interaction-type-save-button').click();
  await expect(page.locator('#interaction-types .entry-name').filter({ hasText: MARKUP })).toBeVisible();
  await isText(page);
  await open(page, '/msp/settings/interaction-statuses');
  await page.locator('#interaction-status-add-link').click();
  await page.locator('#interaction-status-name').fill(MARKUP);
  await page.locator('#interaction-status-save-button').click();
  await expect(page.locator('#interaction-statuses .entry-name').filter({ hasText: MARKUP })).toBeVisible();
  await isText(page);

  await open(page, '/msp/clients');
  await page.locator('#clients-add-button').click();
  for (const field of ['name', 'phone', 'street', 'postcode', 'city', 'country']) {
    await page.locator(`#client-form-${field}`).fill(MARKUP);
  }
  await page.locator('#client-form-save-button').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(MARKUP);
  await expect(page.locator('#content')).toContainText(`${MARKUP}, ${MARKUP} ${MARKUP}, ${MARKUP}`);
  await isText(page);

  await page.locator('#client-contacts-add-button').click();
  for (const field of ['name', 'phone', 'role']) await page.locator(`#contact-form-${field}`).fill(MARKUP);
  await expect(page.locator('#contact-form-client')).toHaveValue(MARKUP);
  await page.locator('#contact-form-save-button').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(MARKUP);
  await expect(page.locator('#contact-details')).toContainText(MARKUP);
  await isText(page);

  await page.locator('#contact-interactions-add-button').click();
  const quickAdd = new QuickAdd(page);
  await quickAdd.type.selectOption({ label: MARKUP });
  await quickAdd.status.selectOption({ label: MARKUP });
  await quickAdd.title.fill(MARKUP);
  await quickAdd.start.fill(wallClock(-60));
  await quickAdd.end.fill(wallClock(-30));
  await quickAdd.notes.fill(`${MARKUP}\n\n${SCRIPT}\n\n[a link](javascript:alert(1))`);
  await quickAdd.save.click();
  const row = page.locator('.timeline .row').filter({ hasText: MARKUP });
  await expect(row).toBeVisible();
  await isText(page);
  await row.getByRole('link', { name: MARKUP }).first().click();
  await expect(page.locator('#interaction-drawer')).toContainText(MARKUP);
  await expect(page.locator('#interaction-drawer')).toContainText('alert(1)');
  await expect(page.locator('a[href^="javascript"]')).toHaveCount(0);
  await isText(page);

  // Where it is found and listed, too.
  await open(page, `/msp/clients?q=${encodeURIComponent(MARKUP)}`);
  await expect(page.locator('#client-list tbody tr')).toHaveText([new RegExp('onerror')]);
  await open(page, `/msp/contacts?q=${encodeURIComponent(MARKUP)}`);
  await expect(page.locator('#contact-list tbody tr')).toHaveText([new RegExp('onerror')]);
  await open(page, `/msp/clients?q=${encodeURIComponent(SCRIPT)}`);
  await expect(page.locator('#client-list-no-hit')).toContainText(SCRIPT);
  await isText(page);
});

test.describe('a person', () => {
  test.use({ role: 'finance' });

  test('whose name is markup', async ({ page }) => {
    const [first, last] = sql(`SELECT first_name || '|' || last_name FROM users WHERE email = 'finance@northwind.example'`).split('|');
    try {
      await open(page, '/msp/profile');
      await page.locator('#profile-first-name').fill(MARKUP);
      await page.locator('#profile-last-name').fill(SCRIPT);
      await page.locator('#profile-save-button').click();
      await expect(page).toHaveURL(/saved=details/);
      await expect(page.locator('#profile-first-name')).toHaveValue(MARKUP);
      await isText(page);
    } finally {
      sql(`UPDATE users SET first_name = '${first}', last_name = '${last}' WHERE email = 'finance@northwind.example'`);
    }
  });
});
