import { ACCOUNTS, submitSignIn } from '../../fixtures/login';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

test.use({ javaScriptEnabled: false });

test('without script: sign in, search, open a client, schedule a meeting, change the language, sign out', async ({ page, sim }) => {
  const subject = 'Made without script';
  await page.goto('/msp/clients');
  await expect(page).toHaveURL(/\/auth\/msp\/signin\?next=/);
  await submitSignIn(page, ACCOUNTS.tech);
  await expect(page).toHaveURL(/\/msp\/clients$/);

  await page.locator('#client-search-input').fill('acme');
  await page.locator('#client-search-button').click();
  await expect(page).toHaveURL(/\?q=acme$/);
  await page.getByRole('link', { name: 'Acme Manufacturing' }).click();

  await page.locator('#client-interactions-add-button').click();
  const quickAdd = new QuickAdd(page);
  await expect(quickAdd.form).toBeVisible();
  await quickAdd.type.selectOption({ label: 'Online Meeting' });
  await quickAdd.title.fill(subject);
  await quickAdd.teams.check();
  await quickAdd.address.fill('ada@acme.example, bo@acme.example');
  await quickAdd.save.click();
  const row = quickAdd.row(`Online Meeting: ${subject}`);
  await expect(row).toBeVisible();
  await expect(quickAdd.dialog).toHaveCount(0);
  const [event, ...more] = await sim.events(subject);
  expect(more).toEqual([]);
  expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['ada@acme.example', 'bo@acme.example']);

  await row.getByRole('link', { name: `Online Meeting: ${subject}`, exact: true }).click();
  await expect(page.locator('#online-meeting-join-button')).toHaveAttribute('href', event!.join_url!);
  await page.locator('#interaction-details-back-button').click();
  await page.locator('#client-interactions-older-link').click();
  await expect(page.locator('#client-interactions-newest-link')).toBeVisible();

  await page.locator('#user-menu-button').click();
  await page.locator('#language-de-button').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page).toHaveURL(/\/msp\/clients\/.*after=/);
  await page.locator('#user-menu-button').click();
  await page.locator('#language-en-button').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');

  await page.locator('#user-menu-button').click();
  await page.locator('#sign-out-button').click();
  await expect(page).toHaveURL(/\/auth\/msp\/signin/);
  await page.goto('/msp/clients');
  await expect(page).toHaveURL(/\/auth\/msp\/signin/);
});

test.describe('signed in', () => {
  test.use({ role: 'tech' });

  test('the dialog is closed by its links', async ({ page }) => {
    await page.goto('/msp/clients?q=globex');
    await page.getByRole('link', { name: 'Globex' }).click();
    const quickAdd = new QuickAdd(page);
    await page.locator('#client-interactions-add-button').click();
    await quickAdd.cancel.click();
    await expect(quickAdd.dialog).toHaveCount(0);
    await page.locator('#client-interactions-add-button').click();
    await page.locator('#quick-add-interaction-close-button').click();
    await expect(quickAdd.dialog).toHaveCount(0);
  });

  test('what the server refuses is said beside the field', async ({ page, sim }) => {
    const before = await sim.count();
    await page.goto('/msp/clients?q=globex');
    await page.getByRole('link', { name: 'Globex' }).click();
    await page.locator('#client-interactions-add-button').click();
    const quickAdd = new QuickAdd(page);
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await quickAdd.title.fill('Backwards without script');
    await quickAdd.start.fill('2027-05-04T10:00');
    await quickAdd.end.fill('2027-05-04T09:00');
    await quickAdd.save.click();
    await expect(quickAdd.errors).toContainText('The end must come after the start.');
    await expect(quickAdd.field(quickAdd.end).error).toHaveText('The end must come after the start.');
    expect(await sim.count()).toBe(before);
  });

  test('what Microsoft refuses is said, and the record can be saved without a meeting', async ({ page, sim }) => {
    await page.goto('/msp/clients?q=globex');
    await page.getByRole('link', { name: 'Globex' }).click();
    await page.locator('#client-interactions-add-button').click();
    const quickAdd = new QuickAdd(page);
    const subject = 'Refused without script';
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await quickAdd.title.fill(subject);
    await quickAdd.teams.check();
    await sim.fault({ route: 'create-event', answer: { status: 403, code: 'ErrorAccessDenied' } });
    await quickAdd.save.click();
    await expect(quickAdd.errors).toContainText('Microsoft refused to make the meeting.');
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await quickAdd.title.fill(subject);
    await quickAdd.teams.uncheck();
    await quickAdd.save.click();
    await expect(quickAdd.row(subject)).toBeVisible();
    expect(await sim.events(subject)).toEqual([]);
  });
});
