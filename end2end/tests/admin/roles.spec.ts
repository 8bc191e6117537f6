import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { ACCOUNTS, submitSignIn } from '../../fixtures/login';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const ROLES = '/msp/settings/roles';
const idOf = (email: string) => sql(`SELECT user_id FROM users WHERE email = '${email}'`);
const rolesOf = (email: string) =>
  sql(`SELECT string_agg(role_name, ', ' ORDER BY role_name) FROM users JOIN user_roles USING (tenant, user_id)
    JOIN roles USING (tenant, role_id) WHERE email = '${email}'`);

test.afterEach(() => {
  // Everybody as the demo data has them.
  sql(`UPDATE users SET is_inactive = false;
    DELETE FROM user_roles ur USING users u, roles r WHERE u.tenant = ur.tenant AND u.user_id = ur.user_id
      AND r.tenant = ur.tenant AND r.role_id = ur.role_id AND u.email = '${ACCOUNTS.tech}' AND r.role_name <> 'Technician';
    INSERT INTO user_roles (tenant, user_id, role_id) SELECT u.tenant, u.user_id, r.role_id FROM users u
      JOIN roles r ON r.tenant = u.tenant AND r.role_name = 'Technician' WHERE u.email = '${ACCOUNTS.tech}' ON CONFLICT DO NOTHING;`);
});

test.describe('an administrator', () => {
  test.use({ role: 'admin' });

  test('finds a person and gives them a role, which counts at their next click', async ({ page, newContext, sessions }) => {
    const elsewhere = await (await newContext({ storageState: await sessions.make('tech') })).newPage();
    await open(elsewhere, '/msp/clients');
    await expect(elsewhere.locator('#nav-settings')).toHaveCount(0);

    await open(page, '/msp/clients');
    await page.locator('#nav-settings').click();
    await expect(page).toHaveURL(/\/msp\/settings\/roles$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('People and roles');
    await page.locator('#people-search-input').fill('TOMAS');
    await expect(page.locator('#people-table tbody tr')).toHaveCount(1);
    await expect(page).toHaveURL(/\?q=TOMAS$/);
    const button = page.locator(`#person-${idOf(ACCOUNTS.tech)}-roles-button`);
    await button.click();
    await expect(page.locator('#person-dialog')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('checkbox', { name: 'Admin' }).check();
    await page.locator('#person-save-button').click();
    await expect(page.locator('#person-dialog')).toHaveCount(0);
    await expect(page.locator('#roles-said')).toHaveText('The roles are saved.');
    await expect(page.locator('#people-table tbody tr')).toContainText('AdminTechnician');
    await expect(button).toBeFocused();
    expect(rolesOf(ACCOUNTS.tech)).toBe('Admin, Technician');

    await open(elsewhere, '/msp/clients');
    await expect(elsewhere.locator('#nav-settings')).toBeVisible();
    expect(await open(elsewhere, ROLES)).toBe(200);
  });

  test('reads what the roles grant', async ({ page }) => {
    await open(page, ROLES);
    const row = page.locator('#roles-table tr', { hasText: 'Delete interactions' });
    await expect(row.locator('td')).toHaveText(['yes', '–no', 'yes', '–no', '–no', '–no']);
    await expect(page.locator('#roles-table thead th')).toContainText(['May …', 'Admin', 'Dispatcher', 'Finance', 'Manager', 'Project Manager', 'Technician']);
    await expect(page.locator('#roles-portal')).toContainText('User');
  });

  test('deactivates a person, who is out at once, and lets them in again', async ({ page, newContext, sessions, guard }) => {
    const elsewhere = await (await newContext({ storageState: await sessions.make('tech') })).newPage();
    await open(elsewhere, '/msp/clients');
    await open(page, `${ROLES}?person=${idOf(ACCOUNTS.tech)}`);
    sessions.forget('tech');
    await page.locator('#person-deactivate-button').click();
    await expect(page.locator('#roles-said')).toContainText('signed out everywhere');
    await expect(page.locator('#people-table tr', { hasText: 'Tomas Berg' })).toContainText('Inactive');
    await elsewhere.goto('/msp/clients');
    await expect(elsewhere).toHaveURL(/\/auth\/msp\/signin/);
    guard.expectStatus(401, /\/api\/session\/sign-in/);
    await submitSignIn(elsewhere, ACCOUNTS.tech);
    await expect(elsewhere.locator('#sign-in-error')).toBeVisible();
    await page.locator(`#person-${idOf(ACCOUNTS.tech)}-roles-button`).click();
    await page.locator('#person-activate-button').click();
    await expect(page.locator('#roles-said')).toHaveText('The person may sign in again.');
    await submitSignIn(elsewhere, ACCOUNTS.tech);
    await expect(elsewhere.locator('#client-list')).toBeVisible();
  });

  test('cannot lock themselves out', async ({ page, guard }) => {
    guard.expectStatus(409, /\/api\/settings\//);
    await open(page, `${ROLES}?person=${idOf(ACCOUNTS.admin)}`);
    await page.getByRole('checkbox', { name: 'Admin' }).uncheck();
    await page.locator('#person-save-button').click();
    await expect(page.locator('#person-roles-failure')).toContainText('your own right');
    await expect(page.locator('#person-roles-failure')).toBeFocused();
    await expectAccessible(page);
    await page.locator('#person-deactivate-button').click();
    await expect(page.locator('#person-active-failure')).toContainText('your own right');
    await page.keyboard.press('Escape');
    await expect(page.locator('#person-dialog')).toHaveCount(0);
    expect(rolesOf(ACCOUNTS.admin)).toBe('Admin');
  });

  test('is told of somebody who is not there', async ({ page }) => {
    const status = await open(page, `${ROLES}?person=${idOf(ACCOUNTS.contosoAdmin)}`);
    expect(status).toBe(200);
    await expect(page.locator('#person-load-error')).toContainText('This is not there.');
    await page.locator('#person-back-link').click();
    await expect(page.locator('#person-dialog')).toHaveCount(0);
  });

  test('works beside another administrator, and one of two is always left', async ({ page, newContext, sessions, guard }) => {
    guard.expectStatus(403, /\/api\/settings\//);
    guard.expectStatus(401, /\/api\//);
    sql(`INSERT INTO user_roles (tenant, user_id, role_id) SELECT u.tenant, u.user_id, r.role_id FROM users u
      JOIN roles r ON r.tenant = u.tenant AND r.role_name = 'Admin' AND r.msp WHERE u.email = '${ACCOUNTS.tech}'`);
    const other = await (await newContext({ storageState: await sessions.make('tech') })).newPage();
    await open(page, `${ROLES}?person=${idOf(ACCOUNTS.tech)}`);
    await open(other, `${ROLES}?person=${idOf(ACCOUNTS.admin)}`);
    await Promise.all([page.getByRole('checkbox', { name: 'Admin' }).uncheck(), other.getByRole('checkbox', { name: 'Admin' }).uncheck()]);
    await Promise.all([page.locator('#person-save-button').click(), other.locator('#person-save-button').click()]);
    await expect
      .poll(() => sql(`SELECT count(*) FROM user_roles JOIN roles USING (tenant, role_id) JOIN tenants USING (tenant)
        WHERE client_name = 'Northwind IT' AND role_name = 'Admin' AND msp`))
      .toBe('1');
    // Whoever was second is told.
    await expect(page.locator('#person-roles-failure').or(page.locator('#roles-said')).first()).toBeAttached();
    sql(`INSERT INTO user_roles (tenant, user_id, role_id) SELECT u.tenant, u.user_id, r.role_id FROM users u
      JOIN roles r ON r.tenant = u.tenant AND r.role_name = 'Admin' AND r.msp WHERE u.email = '${ACCOUNTS.admin}' ON CONFLICT DO NOTHING`);
  });
});

test.describe('without script', () => {
  test.use({ role: 'admin', javaScriptEnabled: false });

  test('roles are changed, and people deactivated', async ({ page, sessions }) => {
    sessions.forget('tech');
    await page.goto('/msp/settings');
    await expect(page).toHaveURL(/\/msp\/settings\/roles$/);
    await page.locator('#people-search-input').fill('tomas');
    await page.locator('#people-search-button').click();
    await page.locator(`#person-${idOf(ACCOUNTS.tech)}-roles-button`).click();
    await page.getByRole('checkbox', { name: 'Finance' }).check();
    await page.getByRole('checkbox', { name: 'Technician' }).uncheck();
    await page.locator('#person-save-button').click();
    await expect(page.locator('#roles-said')).toHaveText('The roles are saved.');
    expect(rolesOf(ACCOUNTS.tech)).toBe('Finance');
    await page.goto(`${ROLES}?person=${idOf(ACCOUNTS.tech)}`);
    await page.locator('#person-deactivate-button').click();
    await expect(page.locator('#roles-said')).toContainText('signed out everywhere');
    await page.goto(`${ROLES}?person=${idOf(ACCOUNTS.admin)}`);
    await page.locator('#person-deactivate-button').click();
    await expect(page.locator('#person-active-failure')).toContainText('your own right');
  });
});

for (const role of ['dispatcher', 'tech', 'finance'] as const) {
  test.describe(role, () => {
    test.use({ role });

    test('sees no settings and is refused by their pages', async ({ page, guard }) => {
      guard.expectStatus(403, /\/msp\/settings/);
      await open(page, '/msp/clients');
      await expect(page.locator('#nav-clients')).toBeVisible();
      await expect(page.locator('#nav-settings')).toHaveCount(0);
      for (const path of ['', '/roles', '/interaction-types', '/interaction-statuses']) {
        expect(await open(page, `/msp/settings${path}`), path).toBe(403);
        await expect(page.locator('#page-error').first()).toContainText('You may not do this.');
        await expect(page.locator('#settings-roles-link')).toHaveCount(0);
      }
    });
  });
}
