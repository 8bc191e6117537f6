import { readFileSync } from 'node:fs';
import { clientPath, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

// Each page is loaded directly, in each language, and must become interactive without a word in the browser's console: what the
// server and the browser draw differently shows there.

test.use({ role: 'dispatcher' });

const words = (language: string, namespace: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../../locales/${language}/${namespace}.json`, import.meta.url), 'utf8'));

for (const language of ['en', 'de', 'fr']) {
  const [common, clients, interactions] = [words(language, 'common'), words(language, 'clients'), words(language, 'interactions')];
  test.describe(`in ${language}`, () => {
    test.beforeEach(async ({ context, url }) => {
      await context.addCookies([{ name: 'i18n_pref_locale', value: language, url }]);
    });
    test.afterEach(async ({ page }) => {
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      expect(await page.title()).toMatch(/\S · Minuted$/);
    });

    test('sign-in page', async ({ page }) => {
      await open(page, '/auth/msp/signin');
      await expect(page.locator('#msp-sign-in-button')).toBeVisible();
    });

    test('list of clients', async ({ page }) => {
      await open(page, '/msp/clients');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(clients.title!);
      await expect(page.locator('#client-list tbody tr')).toHaveCount(44);
    });

    test('list of clients with a search', async ({ page }) => {
      await open(page, '/msp/clients?q=acme');
      await expect(page.locator('#client-list tbody tr')).toHaveCount(1);
      await expect(page.locator('#client-search-input')).toHaveValue('acme');
    });

    test('search without a hit', async ({ page }) => {
      await open(page, '/msp/clients?q=%3Cnone%3E%26%22');
      await expect(page.locator('#client-list-no-hit')).toContainText('<none>&"');
      await page.locator('#client-search-clear-link').click();
      await expect(page.locator('#client-list')).toBeVisible();
      await expect(page.locator('#client-search-input')).toHaveValue('');
    });

    test('page of a client', async ({ page }) => {
      await open(page, await clientPath(page, 'Acme Manufacturing'));
      await expect(page.locator('#client-interactions-title')).toHaveText(interactions.timeline!);
      await expect(page.locator('#client-timeline .row').first()).toBeVisible();
    });

    for (const purpose of ['interaction', 'meeting']) {
      test(`page of a client with the dialog for a new ${purpose}`, async ({ page }) => {
        await open(page, `${await clientPath(page, 'Acme Manufacturing')}?new=${purpose}`);
        await expect(page.locator('#quick-add-interaction-heading')).toHaveText(interactions.qa_heading!);
        await expect(page.locator('#quick-add-interaction')).toHaveJSProperty('open', true);
        expect(await page.locator('#quick-add-interaction').evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
        await expect(page.locator('#quick-add-interaction-form')).toBeVisible();
        const teams = page.locator('#quick-add-interaction-create-teams-meeting-toggle');
        if (purpose === 'meeting') {
          await expect(teams).toBeChecked();
          await expect(page.locator('#quick-add-interaction-title-input')).toBeFocused();
        } else {
          await expect(teams).toBeHidden();
          await expect(page.locator('#quick-add-interaction-type-select')).toBeFocused();
        }
      });
    }

    test('older part of a timeline', async ({ page }) => {
      await open(page, await clientPath(page, 'Acme Manufacturing'));
      const older = await page.locator('#client-interactions-older-link').getAttribute('href');
      await open(page, older!);
      await expect(page.locator('#client-interactions-newest-link')).toBeVisible();
      await expect(page.locator('#client-timeline .row')).toHaveCount(20);
    });

    test('all interactions, whole and filtered', async ({ page }) => {
      await open(page, '/msp/interactions');
      await expect(page.locator('#overall-interactions-feed .row')).toHaveCount(30);
      await open(page, '/msp/interactions?q=printer&type=nonsense&from=2020-01-01&has=everything&after=zz');
      await expect(page.locator('#overall-interactions-feed .row').first()).toBeVisible();
      await open(page, '/msp/interactions?q=zebra');
      await expect(page.locator('#overall-interactions-no-hit')).toBeVisible();
    });

    test('page of a contact', async ({ page }) => {
      await open(page, await clientPath(page, 'Acme Manufacturing'));
      await open(page, (await page.locator('#client-contacts .contact-name').first().getAttribute('href'))!);
      await expect(page.locator('#contact-timeline .row').first()).toBeVisible();
    });

    for (const dialog of ['edit', 'delete']) {
      test(`page of an interaction with the dialog to ${dialog} it`, async ({ page }) => {
        await open(page, '/msp/interactions?q=printer');
        const details = await page.locator('#overall-interactions-feed .row-link').first().getAttribute('href');
        await open(page, `${details}?do=${dialog}`);
        const id = dialog === 'edit' ? '#edit-interaction' : '#interaction-details';
        await expect(page.locator(id)).toBeVisible();
      });
    }

    test('page of an interaction', async ({ page }) => {
      await open(page, await clientPath(page, 'Acme Manufacturing'));
      const details = await page.locator('#client-timeline .row-link').first().getAttribute('href');
      await open(page, details!);
      await expect(page.locator('#interaction-details')).toBeVisible();
      await expect(page.locator('#online-meeting-join-button')).toBeVisible();
    });

    test('addresses where nothing is', async ({ page, guard }) => {
      for (const path of [
        '/msp/nowhere',
        '/msp/clients/nonsense',
        '/msp/clients/0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b',
        '/msp/contacts/nonsense',
        '/msp/contacts/0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b',
        '/msp/interactions/0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b',
      ]) {
        guard.expectStatus(404, new RegExp(path));
        expect(await open(page, path), path).toBe(404);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(common.missing_title!);
      }
    });
  });
}

test('nothing at an address outside the staff area', async ({ page, guard }) => {
  guard.expectStatus(404, /\/nowhere/);
  expect(await open(page, '/nowhere')).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
});
