// The code of each area comes when a page of it is opened; here it does not come.
import { sql } from '../../fixtures/database';
import { hydrated } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

const CODE_OF_LISTS = /\/pkg\/split_directory\..*\.wasm/;

test('a page whose code does not come says so, and comes when it is loaded again', async ({ page, guard }) => {
  guard.expectBlocked(CODE_OF_LISTS);
  await page.goto('/msp/interactions');
  await hydrated(page);
  await page.route(CODE_OF_LISTS, (route) => route.abort());
  await page.locator('#nav-contacts').click();
  await expect(page.locator('#page-error')).toContainText('This page could not be loaded.');
  await page.unroute(CODE_OF_LISTS);
  await page.locator('#page-error-retry-button').click();
  await expect(page).toHaveURL(/\/msp\/contacts$/);
  await hydrated(page);
  await expect(page.getByRole('table')).toBeVisible();
});

test('a page that is drawn can be read though its code does not come', async ({ page, guard }) => {
  guard.expectBlocked(CODE_OF_LISTS);
  await page.route(CODE_OF_LISTS, (route) => route.abort());
  await page.goto('/msp/contacts');
  await expect(page.getByRole('table')).toBeVisible();
  await page.getByRole('table').getByRole('rowheader').getByRole('link').first().click();
  await expect(page).toHaveURL(/\/msp\/contacts\/[0-9a-f-]+$/);
});

test.describe('an administrator', () => {
  test.use({ role: 'admin' });

  test('every address that opens a dialog is a page that works', async ({ page }) => {
    const id = (column: string, from: string) => sql(`SELECT ${column} FROM ${from} JOIN tenants t USING (tenant) WHERE t.client_name = 'Northwind IT' LIMIT 1`);
    const client = `/msp/clients/${id('client_id', 'clients')}`;
    const contact = `/msp/contacts/${id('contact_name_id', 'contacts')}`;
    const interaction = id('interaction_id', 'interactions');
    const request = `/msp/appointment-requests/${id('appointment_request_id', `(SELECT * FROM appointment_requests WHERE status = 'pending') r`)}`;
    for (const path of [
      '/msp/clients?new=client',
      `${client}?do=edit`,
      `${client}?new=contact`,
      `${client}?new=interaction`,
      `${client}?new=meeting`,
      `${client}?open=${interaction}`,
      '/msp/contacts?new=contact',
      `${contact}?do=edit`,
      `${contact}?new=interaction`,
      '/msp/interactions?new=interaction',
      `/msp/interactions?open=${interaction}`,
      `/msp/interactions/${interaction}?do=edit`,
      `/msp/interactions/${interaction}?do=delete`,
      '/msp/schedule?new=entry',
      `/msp/schedule?entry=${id('entry_id', 'schedule_entries')}`,
      `${request}?do=decline`,
    ]) {
      await page.goto(path);
      await hydrated(page);
      await expect(page.getByRole('dialog').first(), path).toBeVisible();
    }
  });
});

test('files are there while pages are asked for that are not', async ({ page }) => {
  await page.goto('/msp/interactions');
  const script = (await page.locator('script[src^="/pkg/"], link[rel="modulepreload"]').first().evaluate((tag) => tag.getAttribute('src') ?? tag.getAttribute('href')))!;
  const files = [script, '/favicon.svg', '/robots.txt', '/templates/clients.csv'];
  const missing = () => page.request.get(`/msp/interactions/${crypto.randomUUID()}`);
  for (let round = 0; round < 20; round += 1) {
    const [pages, found] = await Promise.all([
      Promise.all(Array.from({ length: 4 }, missing)),
      Promise.all([...files, ...files, ...files].map((path) => page.request.get(path))),
    ]);
    expect(pages.map((answer) => answer.status())).toEqual([404, 404, 404, 404]);
    expect(found.filter((answer) => answer.status() !== 200).map((answer) => `${answer.status()} ${answer.url()}`)).toEqual([]);
  }
});
