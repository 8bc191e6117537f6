import { open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

const EDIT = '#edit-interaction';

test.describe('who may change', () => {
  test.use({ role: 'dispatcher' });

  test('each type is logged', async ({ page }) => {
    test.setTimeout(90_000);
    const quickAdd = await QuickAdd.openFor(page, 'Riverside Dental');
    const types = (await quickAdd.type.locator('option').allTextContents()).slice(1).map((type) => type.trim());
    expect(types.length).toBeGreaterThan(5);
    for (const type of types) {
      await quickAdd.type.selectOption({ label: type });
      if (await quickAdd.teams.isVisible()) await quickAdd.teams.uncheck();
      await quickAdd.title.fill(`Logged as ${type}`);
      await quickAdd.save.click();
      await expect(quickAdd.row(`Logged as ${type}`).getByRole('link', { name: `Logged as ${type}`, exact: true })).toBeFocused();
      if (type !== types.at(-1)) await quickAdd.openFromTimeline();
    }
  });

  test('every field is changed, the client among them', async ({ page }) => {
    const title = 'To be changed in every field';
    const quickAdd = await QuickAdd.openFor(page, 'Riverside Dental');
    await quickAdd.type.selectOption({ label: 'Call' });
    await quickAdd.title.fill(title);
    await quickAdd.save.click();
    await quickAdd.row(title).getByRole('link', { name: title, exact: true }).click();
    await page.locator('#interaction-drawer-edit-button').click();
    const edit = (part: string) => page.locator(`${EDIT}-${part}`);
    await expect(edit('client-picker')).toHaveValue('Riverside Dental');
    await edit('type-select').selectOption({ label: 'Note' });
    await edit('title-input').fill('Changed in every field');
    await edit('client-picker').fill('glob');
    await page.locator('.option', { hasText: 'Globex' }).click();
    await expect(edit('client-picker')).toHaveValue('Globex');
    await expect(edit('contact-picker').locator('option', { hasText: 'Cy Sample' })).toBeAttached();
    await edit('contact-picker').selectOption({ label: 'Cy Sample' });
    await edit('status-select').selectOption({ label: 'In Progress' });
    await edit('user-picker').selectOption({ label: 'Tomas Berg' });
    await edit('start-time').fill('2026-05-04T08:00');
    await edit('end-time').fill('2026-05-04T10:15');
    await expect(edit('duration-hours')).toHaveValue('2');
    await expect(edit('duration-minutes')).toHaveValue('15');
    await edit('notes-editor').fill('Now with **notes**');
    await edit('save-button').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changed in every field');
    const details = page.locator('#interaction-details');
    for (const text of ['Note', 'Globex', 'Cy Sample', 'In Progress', 'Tomas Berg', '4 May 2026, 08:00 – 10:15', '2 h 15 min']) {
      await expect(details).toContainText(text);
    }
    await expect(details.locator('strong')).toHaveText('notes');
  });

  test('a record is changed, and its duration follows', async ({ page }) => {
    await open(page, '/msp/interactions?q=phishing');
    await page.locator('#overall-interactions-feed .row-link').first().click();
    await page.locator('#interaction-drawer-edit-button').click();
    const title = page.locator(`${EDIT}-title-input`);
    await expect(title).toBeFocused();
    await title.fill('Phishing <b>mail</b> again');
    await page.locator(`${EDIT}-start-time`).fill('2026-03-02T09:00');
    await page.locator(`${EDIT}-duration-hours`).fill('1');
    await page.locator(`${EDIT}-duration-minutes`).fill('30');
    await page.locator(`${EDIT}-duration-minutes`).press('Tab');
    await expect(page.locator(`${EDIT}-end-time`)).toHaveValue('2026-03-02T10:30');
    await page.locator(`${EDIT}-save-button`).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Phishing <b>mail</b> again');
    await expect(page.locator('#interaction-details')).toContainText('1 h 30 min');
    await expect(page.locator('#interaction-details-edit-button')).toBeFocused();
    await expect(page.locator('#interaction-details-delete-button')).toHaveCount(0);
  });

  test('two people: the second is told, keeps the text and decides', async ({ page, newContext, guard }) => {
    guard.expectStatus(409, /interactions\/edit/);
    await open(page, '/msp/interactions?q=licence');
    const href = (await page.locator('#overall-interactions-feed .row-link').first().getAttribute('href'))!;
    await open(page, `${href}?do=edit`);
    const other = await (await newContext()).newPage();
    await open(other, `${href}?do=edit`);
    await other.locator(`${EDIT}-title-input`).fill('Theirs');
    await other.locator(`${EDIT}-save-button`).click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Theirs');
    await page.locator(`${EDIT}-title-input`).fill('Mine');
    await page.locator(`${EDIT}-save-button`).click();
    await expect(page.locator(`${EDIT}-changed`)).toContainText('Dana Ortiz');
    await expect(page.locator(`${EDIT}-title-input`)).toHaveValue('Mine');
    await page.locator(`${EDIT}-overwrite-button`).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mine');
  });
});

test.describe('who may delete', () => {
  test.use({ role: 'admin' });

  test('a record is deleted after a question', async ({ page, guard }) => {
    guard.expectStatus(404, /interactions/);
    await open(page, '/msp/interactions?q=firmware');
    const href = (await page.locator('#overall-interactions-feed .row-link').first().getAttribute('href'))!;
    await open(page, href);
    await page.locator('#interaction-details-delete-button').click();
    await expect(page.locator('#delete-interaction-dialog')).toContainText('Firewall firmware updated');
    await page.keyboard.press('Escape');
    await expect(page.locator('#delete-interaction-dialog')).toHaveCount(0);
    await expect(page.locator('#interaction-details-delete-button')).toBeFocused();
    await page.locator('#interaction-details-delete-button').click();
    await page.locator('#delete-interaction-dialog-confirm').click();
    await expect(page).toHaveURL(/\/msp\/clients\//);
    expect(await open(page, href)).toBe(404);
  });

  test('what becomes of a meeting that is over is said', async ({ page }) => {
    await open(page, '/msp/interactions?q=onboarding&has=recording');
    await page.locator('#overall-interactions-feed .row-link').first().click();
    await page.locator('#interaction-drawer-delete-button').click();
    await expect(page.locator('#delete-interaction-dialog-meeting')).toContainText('stays in the organizer’s calendar');
    await expect(page.locator('#delete-interaction-dialog-captured')).toContainText('2 recordings, 2 transcripts');
    await expect(page.locator('#delete-interaction-message')).toHaveCount(0);
  });
});
