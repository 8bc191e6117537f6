// The code of each area comes when a page of it is opened; here it does not come.
import { expect, test } from '../../fixtures/test';
import { hydrated } from '../../fixtures/page';

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
