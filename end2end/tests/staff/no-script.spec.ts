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
  await expect(page).toHaveURL(/\?q=acme(&|$)/);
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

  test('a refused form comes back as it was typed, and is mended', async ({ page, sim }) => {
    await page.goto('/msp/interactions?q=mended&new=interaction');
    const quickAdd = new QuickAdd(page);
    await page.locator('#quick-add-interaction-client-search').fill('acme manu');
    await page.locator('#quick-add-interaction-client-search-button').click();
    await expect(page).toHaveURL(/q=mended/);
    await expect(quickAdd.client.locator('option:checked')).toHaveText('Acme Manufacturing');
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await quickAdd.title.fill('Mended <b>without</b> script');
    await quickAdd.contact.selectOption({ label: 'Ada Example' });
    await quickAdd.owner.selectOption({ label: 'Tomas Berg' });
    await quickAdd.status.selectOption({ label: 'Planned' });
    await quickAdd.start.fill('2027-05-04T10:00');
    await quickAdd.end.fill('2027-05-04T09:00');
    await quickAdd.teams.check();
    await quickAdd.address.fill('ada@acme.example ops@elsewhere.example');
    await quickAdd.notes.fill('Kept\n\n- with its lines');
    await quickAdd.save.click();
    await expect(quickAdd.field(quickAdd.end).error).toHaveText('The end must come after the start.');
    await expect(quickAdd.type.locator('option:checked')).toHaveText('Online Meeting');
    await expect(quickAdd.title).toHaveValue('Mended <b>without</b> script');
    await expect(quickAdd.client.locator('option:checked')).toHaveText('Acme Manufacturing');
    await expect(quickAdd.contact.locator('option:checked')).toHaveText('Ada Example');
    await expect(quickAdd.owner.locator('option:checked')).toHaveText('Tomas Berg');
    await expect(quickAdd.status.locator('option:checked')).toHaveText('Planned');
    await expect(quickAdd.start).toHaveValue('2027-05-04T10:00');
    await expect(quickAdd.end).toHaveValue('2027-05-04T09:00');
    await expect(quickAdd.teams).toBeChecked();
    await expect(quickAdd.address).toHaveValue('ada@acme.example ops@elsewhere.example');
    await expect(quickAdd.notes).toHaveValue('Kept\n\n- with its lines');
    await quickAdd.end.fill('2027-05-04T11:00');
    await quickAdd.save.click();
    await expect(page).toHaveURL(/\/msp\/interactions\?q=mended$/);
    const row = quickAdd.row('Online Meeting: Mended <b>without</b> script');
    await expect(row).toBeVisible();
    const [event] = await sim.events('Mended <b>without</b> script');
    expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['ada@acme.example', 'ops@elsewhere.example']);
    // Shown once: the next form is a new one.
    await page.goto('/msp/interactions?new=interaction');
    await expect(quickAdd.title).toHaveValue('');
  });

  test('a record is changed, also after it was refused', async ({ page }) => {
    await page.goto('/msp/interactions?q=licence');
    const href = (await page.locator('#overall-interactions-feed .row-link').nth(2).getAttribute('href'))!;
    await page.goto(href);
    await page.locator('#interaction-details-edit-button').click();
    const edit = (part: string) => page.locator(`#edit-interaction-${part}`);
    await edit('title-input').fill('Licences, changed without script');
    await edit('client-picker').selectOption({ label: 'Globex' });
    await edit('end-time').fill('');
    await edit('notes-editor').fill('**Typed** without script');
    await edit('save-button').click();
    // The contact is still the other client's.
    await expect(edit('contact-picker-error')).toHaveText('This belongs to another client. Choose again.');
    await expect(edit('title-input')).toHaveValue('Licences, changed without script');
    await expect(edit('client-picker').locator('option:checked')).toHaveText('Globex');
    await expect(edit('notes-editor')).toHaveValue('**Typed** without script');
    await edit('contact-picker').selectOption({ label: 'Cy Sample' });
    await edit('save-button').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Licences, changed without script');
    await expect(page.locator('#interaction-details-client-link')).toHaveText('Globex');
    await expect(page.locator('#interaction-details-notes strong')).toHaveText('Typed');
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
    await expect(quickAdd.title).toHaveValue(subject);
    await quickAdd.teams.uncheck();
    await quickAdd.save.click();
    await expect(quickAdd.row(subject)).toBeVisible();
    expect(await sim.events(subject)).toEqual([]);
  });
});
