import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

const TYPES = '/msp/settings/interaction-types';
const STATUSES = '/msp/settings/interaction-statuses';
const typeId = (name: string) =>
  sql(`SELECT type_id FROM interaction_types JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT' AND type_name = '${name}'`);
const statusId = (name: string) =>
  sql(`SELECT status_id FROM statuses JOIN tenants USING (tenant)
    WHERE client_name = 'Northwind IT' AND status_type = 'interaction' AND name = '${name}'`);

test.afterEach(() => {
  sql(`DELETE FROM interaction_types WHERE system_type_id IS NULL;
    DELETE FROM statuses WHERE name NOT IN ('Planned', 'In Progress', 'Completed', 'Cancelled');
    UPDATE statuses SET is_default = (name = 'Completed') WHERE status_type = 'interaction';
    UPDATE interaction_types SET type_name = 'Online Meeting' WHERE type_name = 'Video call'`);
});

test.describe('an administrator', () => {
  test.use({ role: 'admin' });

  test('adds a type, moves, renames and deletes it; quick add offers it at once', async ({ page, guard }) => {
    guard.expectStatus(422, /\/api\/settings\/save-type/);
    await open(page, TYPES);
    const names = page.locator('#interaction-types .entry-name');
    const before = await names.allTextContents();
    await page.locator('#interaction-type-add-link').click();
    await expect(page.locator('#interaction-type-name')).toBeFocused();
    await expectAccessible(page);
    await page.locator('#interaction-type-name').fill('CALL');
    await page.locator('#interaction-type-save-button').click();
    await expect(page.locator('#interaction-type-name-error')).toContainText('Another one has this already.');
    await expect(page.locator('#interaction-type-name')).toBeFocused();
    await expect(page.locator('#interaction-type-name')).toHaveValue('CALL');
    await page.locator('#interaction-type-name').fill('<i>On-site visit</i>');
    await page.locator('#interaction-type-icon-map-pin').check();
    await page.locator('#interaction-type-save-button').click();
    await expect(page.locator('#interaction-type-dialog')).toHaveCount(0);
    await expect(page.locator('#interaction-types-said')).toHaveText('Saved.');
    await expect(names).toHaveText([...before, '<i>On-site visit</i>']);

    const id = typeId('<i>On-site visit</i>');
    const up = page.locator(`#interaction-type-${id}-up-button`);
    await up.focus();
    await page.keyboard.press('Enter');
    await expect(names.nth(before.length - 1)).toHaveText('<i>On-site visit</i>');
    await expect(page.locator('#interaction-types-said')).toHaveText('Moved up.');
    await expect(up).toBeFocused();
    await page.locator(`#interaction-type-${id}-edit-link`).click();
    await expect(page.locator('#interaction-type-icon-map-pin')).toBeChecked();
    await page.locator('#interaction-type-name').fill('Visit');
    await page.locator('#interaction-type-name').press('Enter');
    await expect(names.nth(before.length - 1)).toHaveText('Visit');
    await expect(page.locator(`#interaction-type-${id}-edit-link`)).toBeFocused();

    const quickAdd = await QuickAdd.openFor(page, 'Globex');
    await quickAdd.type.selectOption({ label: 'Visit' });
    await open(page, TYPES);
    await page.locator(`#interaction-type-${id}-delete-button`).click();
    await expect(names).toHaveText(before);
    await expect(page.locator('#interaction-types-said')).toHaveText('Deleted.');
    await expect(page.locator('#interaction-type-add-link')).toBeFocused();
  });

  test('cannot delete a type that is used, or the one of meetings, but can rename it', async ({ page, guard }) => {
    guard.expectStatus(409, /\/api\/settings\/change-type/);
    await open(page, TYPES);
    const failure = page.locator('#interaction-types-failure');
    await page.locator(`#interaction-type-${typeId('Call')}-delete-button`).click();
    await expect(failure).toContainText('Interactions still have it.');
    const meeting = typeId('Online Meeting');
    await page.locator(`#interaction-type-${meeting}-delete-button`).click();
    await expect(failure).toContainText('Teams meetings have it');
    await expectAccessible(page);
    await page.locator(`#interaction-type-${meeting}-edit-link`).click();
    await page.locator('#interaction-type-name').fill('Video call');
    await page.locator('#interaction-type-save-button').click();
    await expect(page.locator(`#interaction-type-${meeting}`)).toContainText('Video call');
    await expect(page.locator(`#interaction-type-${meeting}`)).toContainText('Teams meetings have this type');
    await page.locator(`#interaction-type-${typeId('Note')}-used-link`).click();
    await expect(page).toHaveURL(new RegExp(`/msp/interactions\\?type=${typeId('Note')}`));
  });

  test('takes a built-in type into the list', async ({ page }) => {
    sql(`INSERT INTO system_interaction_types (type_name, icon, display_order) VALUES ('Marketing: Event', 'users', 40)`);
    await open(page, TYPES);
    await page.getByRole('button', { name: 'Add “Marketing: Event”' }).click();
    await expect(page.locator('#interaction-types .entry-name').last()).toHaveText('Marketing: Event');
    await expect(page.locator('#type-templates')).toHaveCount(0);
    sql(`DELETE FROM interaction_types WHERE type_name = 'Marketing: Event'; DELETE FROM system_interaction_types WHERE type_name = 'Marketing: Event'`);
  });

  test('two of them at once: both changes are there, and one default', async ({ page, newContext }) => {
    const other = await (await newContext()).newPage();
    await open(page, STATUSES);
    await open(other, STATUSES);
    await page.locator('#interaction-status-add-link').click();
    await page.locator('#interaction-status-name').fill('Waiting');
    await other.locator('#interaction-status-add-link').click();
    await other.locator('#interaction-status-name').fill('Handed over');
    await other.locator('#interaction-status-closed').check();
    await Promise.all([page.locator('#interaction-status-save-button').click(), other.locator('#interaction-status-save-button').click()]);
    await expect(page.locator('#interaction-status-dialog')).toHaveCount(0);
    await expect(other.locator('#interaction-status-dialog')).toHaveCount(0);
    await open(page, STATUSES);
    await open(other, STATUSES);
    await expect(page.locator('#interaction-statuses .entry-name')).toHaveCount(6);
    await Promise.all([
      page.locator(`#interaction-status-${statusId('Waiting')}-make-default-button`).click(),
      other.locator(`#interaction-status-${statusId('Handed over')}-make-default-button`).click(),
    ]);
    await expect(page.locator('#interaction-statuses-said')).toContainText('New interactions begin');
    await expect(other.locator('#interaction-statuses-said')).toContainText('New interactions begin');
    await open(page, STATUSES);
    await expect(page.locator('#interaction-statuses .badge')).toHaveCount(1);
    await expectAccessible(page);
  });

  test('cannot delete the default', async ({ page, guard }) => {
    guard.expectStatus(409, /\/api\/settings\/change-status/);
    await open(page, STATUSES);
    await page.locator(`#interaction-status-${statusId('Completed')}-delete-button`).click();
    await expect(page.locator('#interaction-statuses-failure')).toContainText('New interactions begin with it.');
  });
});

test.describe('without script', () => {
  test.use({ role: 'admin', javaScriptEnabled: false });

  test('types and statuses are added, moved and deleted', async ({ page }) => {
    await page.goto(TYPES);
    await page.locator('#interaction-type-add-link').click();
    await page.locator('#interaction-type-name').fill('Workshop');
    await page.locator('#interaction-type-icon-wrench').check();
    await page.locator('#interaction-type-save-button').click();
    await expect(page.locator('#interaction-types-said')).toHaveText('Saved.');
    const names = page.locator('#interaction-types .entry-name');
    await expect(names.last()).toHaveText('Workshop');
    await page.locator(`#interaction-type-${typeId('Workshop')}-up-button`).click();
    await expect(names.last()).not.toHaveText('Workshop');
    await page.locator(`#interaction-type-${typeId('Workshop')}-delete-button`).click();
    await expect(names.filter({ hasText: 'Workshop' })).toHaveCount(0);
    await page.locator(`#interaction-type-${typeId('Call')}-delete-button`).click();
    await expect(page.locator('#interaction-types-failure')).toContainText('Interactions still have it.');

    await page.locator('#settings-statuses-link').click();
    await page.locator('#interaction-status-add-link').click();
    await page.locator('#interaction-status-name').fill('planned');
    await page.locator('#interaction-status-save-button').click();
    await expect(page.locator('#interaction-status-name-error')).toContainText('Another one has this already.');
    await page.locator('#interaction-status-name').fill('Waiting');
    await page.locator('#interaction-status-save-button').click();
    await expect(page.locator('#interaction-statuses .entry-name').last()).toHaveText('Waiting');
    await page.locator(`#interaction-status-${statusId('Waiting')}-make-default-button`).click();
    await expect(page.locator(`#interaction-status-${statusId('Waiting')}`)).toContainText('Default');
  });
});
