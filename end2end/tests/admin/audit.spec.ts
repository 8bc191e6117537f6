import { readFileSync } from 'node:fs';
import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { openWatch, twoParts } from '../../fixtures/recorded';
import { expect, test } from '../../fixtures/test';

const AUDIT = '/msp/settings/audit';
const status = () => sql(`SELECT name FROM statuses JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT' AND name = 'Audited'`);

test.afterEach(() => {
  sql(`DELETE FROM statuses WHERE name = 'Audited'`);
});

test.describe('an administrator', () => {
  test.use({ role: 'admin' });

  test('sees on a meeting who read its transcript', async ({ page }) => {
    sql(`DELETE FROM audit_entries WHERE interaction_id = '${twoParts()}'`);
    await open(page, `/msp/interactions/${twoParts()}`);
    await page.locator('#interaction-history-link').click();
    await expect(page).toHaveTitle(/History of recordings and transcripts/);
    await openWatch(page, twoParts());
    await open(page, `/msp/interactions/${twoParts()}/history`);
    const row = page.locator('#audit-table tbody tr').filter({ hasText: 'Read a transcript' });
    await expect(row).toHaveCount(1);
    await expect(row.locator('.person-email')).toHaveText('admin@northwind.example');
    await expectAccessible(page);
    await page.locator('.crumbs a').last().click();
    await expect(page.locator('#interaction-details')).toBeVisible();
  });

  test('finds who changed a setting, and takes it along as a file', async ({ page }) => {
    await open(page, '/msp/settings/interaction-statuses?new=status');
    await page.locator('#interaction-status-name').fill('Audited');
    await page.locator('#interaction-status-save-button').click();
    await expect.poll(status).toBe('Audited');
    await page.locator('#settings-audit-link').click();
    await expect(page.locator('#settings-audit-link')).toHaveAttribute('aria-current', 'page');
    const rows = page.locator('#audit-table tbody tr');
    await expect(rows.filter({ hasText: 'Audited' }).first()).toContainText('Added an interaction status');
    await page.locator('#audit-kind-select').selectOption('status.added');
    await page.locator('#audit-person-input').fill('admin@north');
    await page.locator('#audit-filter-button').click();
    await expect(page).toHaveURL(/person=admin%40north&kind=status\.added|kind=status\.added/);
    await expect(rows.filter({ hasNotText: 'Added an interaction status' })).toHaveCount(0);
    await expect(rows.first()).toContainText('Audited');
    const download = page.waitForEvent('download');
    await page.locator('#audit-export-link').click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^audit \d{4}-\d\d-\d\d\.csv$/);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text).toContain('status.added,Audited');
    expect(text).not.toContain('audit.exported');
    await page.locator('#audit-person-input').fill('nobody of this name');
    await page.locator('#audit-filter-button').click();
    await expect(page.locator('#audit-empty')).toContainText('Nothing of that kind');
    await expectAccessible(page);
    await page.locator('#audit-clear-link').click();
    await expect(page.locator('#audit-person-input')).toHaveValue('');
    await expect(rows.first()).toBeVisible();
  });
});

test.describe('without script', () => {
  test.use({ role: 'admin', javaScriptEnabled: false });

  test('the filters and the file are there, too', async ({ page }) => {
    await page.goto(`${AUDIT}?kind=type.deleted`);
    await expect(page.locator('#audit-kind-select')).toHaveValue('type.deleted');
    await page.locator('#audit-from-input').fill('2026-01-01');
    await page.locator('#audit-kind-select').selectOption('');
    await page.locator('#audit-filter-button').click();
    await expect(page).toHaveURL(/from=2026-01-01/);
    await expect(page.locator('#audit-from-input')).toHaveValue('2026-01-01');
  });
});

test.describe('a dispatcher', () => {
  test.use({ role: 'dispatcher' });

  test('is told that it is not for them', async ({ page, guard }) => {
    await open(page, `/msp/interactions/${twoParts()}`);
    await expect(page.locator('#interaction-details')).toBeVisible();
    await expect(page.locator('#interaction-history-link')).toHaveCount(0);
    guard.expectStatus(403, /\/msp\/interactions\/.*\/history/);
    expect(await open(page, `/msp/interactions/${twoParts()}/history`)).toBe(403);
    await expect(page.locator('#audit-table')).toHaveCount(0);
  });
});
