import { expectAccessible } from '../../fixtures/a11y';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const TEAMS = '/msp/settings/integrations/teams';
const ORGANIZER = '#teams-default-meeting-organizer-upn';

test.use({ role: 'admin' });

test('a link leads on only after a question, if something was changed', async ({ page }) => {
  await open(page, TEAMS);
  const dialog = page.locator('#unsaved-dialog');
  const organizer = page.locator(ORGANIZER);
  const before = await organizer.inputValue();
  await organizer.fill('somebody@northwind.example');
  await page.locator('#nav-clients').click();
  await expect(dialog).toContainText('What you changed on this page has not been saved.');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`${TEAMS}$`));
  await expect(organizer).toHaveValue('somebody@northwind.example');
  // Links within the page go on, and what was changed back is no change.
  await page.locator('#teams-expose-recordings-in-portal').click();
  await expect(page.locator('#teams-question')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#teams-question')).toHaveCount(0);
  await page.locator('#nav-clients').click();
  await page.locator('#unsaved-keep-button').click();
  await organizer.fill(before);
  await page.locator('#nav-clients').click();
  await expect(page.locator('#client-list')).toBeVisible();
  await expect(dialog).toHaveCount(0);

  await open(page, TEAMS);
  await organizer.fill('somebody@northwind.example');
  // Nor does the palette lose it.
  await page.keyboard.press('Control+k');
  await page.locator('#command-palette-input').fill('Clients');
  await page.locator('#command-palette-input').press('Enter');
  await page.locator('#unsaved-keep-button').click();
  await expect(page.locator('#command-palette')).toHaveCount(0);
  await expect(organizer).toHaveValue('somebody@northwind.example');
  await page.locator('#nav-clients').click();
  await page.locator('#unsaved-discard-button').click();
  await expect(page.locator('#client-list')).toBeVisible();
  await page.locator('#nav-settings').click();
  await expect(page).toHaveURL(/\/msp\/settings\/roles/);
});

test('so does going back, and saving is not in its way', async ({ page }) => {
  await open(page, '/msp/settings/roles');
  await page.locator('#settings-teams-link').click();
  const invites = page.locator('#send-meeting-invites-switch');
  const was = await invites.isChecked();
  await invites.setChecked(!was);
  await page.goBack();
  await page.locator('#unsaved-keep-button').click();
  await expect(invites).toBeChecked({ checked: !was });
  await page.goBack();
  await page.locator('#unsaved-discard-button').click();
  await expect(page).toHaveURL(/\/msp\/settings\/roles$/);

  // What is typed into another form outlives the saving of this one.
  await page.locator('#settings-teams-link').click();
  await expect(invites).toBeChecked({ checked: was });
  const before = await page.locator(ORGANIZER).inputValue();
  await page.locator(ORGANIZER).fill('somebody@northwind.example');
  await invites.setChecked(!was);
  await page.locator('#teams-save-draft').click();
  await expect(page.locator('#teams-said')).toHaveText('Saved.');
  await expect(page.locator('#teams-save-draft')).toBeFocused();
  // What is typed before the page has been drawn anew stays, too.
  await page.locator(ORGANIZER).fill('somebody.else@northwind.example');
  const savedAs = () => invites.evaluate((input: HTMLInputElement) => input.defaultChecked);
  await expect.poll(savedAs).toBe(!was);
  await expect(page.locator(ORGANIZER)).toHaveValue('somebody.else@northwind.example');
  await page.locator(ORGANIZER).fill(before);
  await invites.setChecked(was);
  await page.locator('#teams-save-draft').click();
  // It is saved when the page has been drawn anew with it.
  await expect.poll(savedAs).toBe(was);
  await page.goBack();
  await expect(page).toHaveURL(/\/msp\/settings\/roles$/);
  await expect(page.locator('#unsaved-dialog')).toHaveCount(0);
});

test('who goes on while something is saved is not led back to it', async ({ page }) => {
  await open(page, TEAMS);
  const invites = page.locator('#send-meeting-invites-switch');
  const organizer = page.locator(ORGANIZER);
  const was = await invites.isChecked();
  const before = await organizer.inputValue();
  const held: (() => void)[] = [];
  await page.route(/\/api\/settings\/teams(\?|$)/, async (route) => {
    await new Promise<void>((resume) => held.push(resume));
    await route.continue();
  });
  await invites.setChecked(!was);
  await page.locator('#teams-save-draft').press('Enter');
  await expect(page.locator('#teams-said')).toHaveText('Saved.');
  await expect.poll(() => held.length).toBe(1);
  await organizer.focus();
  await page.keyboard.press('End');
  await page.keyboard.type('xz');
  await page.keyboard.press('ArrowLeft');
  const mailbox = page.locator('#teams-second-mailbox');
  const known = await mailbox.inputValue();
  await mailbox.evaluate((input: HTMLInputElement) => (input.value = 'half.a.name'));
  held[0]!();
  // Drawn anew.
  await expect.poll(() => invites.evaluate((input: HTMLInputElement) => input.defaultChecked)).toBe(!was);
  await expect(organizer).toBeFocused();
  await page.keyboard.type('y');
  await expect(organizer).toHaveValue(`${before}xyz`);
  await expect(mailbox).toHaveValue('half.a.name');

  await page.unrouteAll();
  await mailbox.fill(known);
  await organizer.fill(before);
  await invites.setChecked(was);
  await page.locator('#teams-save-draft').press('Enter');
  await expect.poll(() => invites.evaluate((input: HTMLInputElement) => input.defaultChecked)).toBe(was);
  await expect(page.locator('#teams-save-draft')).toBeFocused();
});

test('the browser asks before the tab is closed, if something was changed', async ({ page }) => {
  await open(page, TEAMS);
  await page.locator(ORGANIZER).pressSequentially('x');
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await expect(page.locator(ORGANIZER)).toHaveValue(/^x|x$/);
});
