import { clientPath, focusedId, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

test('an empty form names every field to mend and leads to the first', async ({ page, sim }) => {
  const before = await sim.count();
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.notes.fill('Kept');
  await quickAdd.save.click();
  await expect(quickAdd.errors).toContainText('Some fields need another look.');
  await expect(quickAdd.errors.getByRole('link')).toHaveText(['Type: Fill in this field.', 'Title: Fill in this field.']);
  await expect(quickAdd.field(quickAdd.type).error).toHaveText('Fill in this field.');
  await expect(quickAdd.field(quickAdd.title).error).toHaveText('Fill in this field.');
  await expect(quickAdd.type).toHaveAttribute('aria-invalid', 'true');
  await expect(quickAdd.type).toBeFocused();
  await quickAdd.errors.getByRole('link', { name: /^Title/ }).click();
  await expect(quickAdd.title).toBeFocused();
  await expect(quickAdd.notes).toHaveValue('Kept');

  await quickAdd.type.selectOption({ label: 'Note' });
  await quickAdd.title.fill('Mended');
  await quickAdd.save.click();
  await expect(quickAdd.row('Mended')).toBeVisible();
  expect(await sim.count()).toBe(before);
});

test('a title of 10,000 characters is refused beside the field, and nothing is lost', async ({ page, sim }) => {
  const before = await sim.count();
  const quickAdd = await QuickAdd.openFor(page, 'Globex');
  await quickAdd.fillMeeting('short');
  await quickAdd.contact.selectOption({ label: 'Cy Sample' });
  // As an extension or an automatic fill-in does it: typing is stopped by the browser.
  await quickAdd.title.evaluate((input: HTMLInputElement) => {
    input.value = 'x'.repeat(10_000);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.title).error).toHaveText('Too long: use at most 255 characters.');
  await expect(quickAdd.title).toBeFocused();
  expect((await quickAdd.title.inputValue()).length).toBe(10_000);
  await expect(quickAdd.chips).toHaveText(['Cy Sample']);
  await expect(quickAdd.teams).toBeChecked();
  expect(await sim.count()).toBe(before);
});

test('the end must come after the start', async ({ page, sim }) => {
  const before = await sim.count();
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.fillMeeting('Backwards');
  await quickAdd.start.fill('2027-05-04T10:00');
  await quickAdd.end.fill('2027-05-04T09:00');
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.end).error).toHaveText('The end must come after the start.');
  await expect(quickAdd.end).toBeFocused();
  await quickAdd.end.fill('2027-05-08T09:00');
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.end).error).toHaveText('Longer than 24 hours. Check the date of the end.');
  await quickAdd.end.fill('');
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.end).error).toHaveText('Fill in this field.');
  await expect(quickAdd.title).toHaveValue('Backwards');
  expect(await sim.count()).toBe(before);
});

test('an hour that the clocks skip is refused by the server, beside its field', async ({ page, guard }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.fillMeeting('Lost hour');
  await quickAdd.start.fill('2027-03-28T02:30');
  await quickAdd.end.fill('2027-03-28T03:30');
  guard.expectStatus(422, /\/api\/interactions\/add/);
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.start).error).toHaveText('The clocks go forward over this time. Choose another time.');
  await expect(quickAdd.start).toBeFocused();
  await expect(quickAdd.title).toHaveValue('Lost hour');
});

test('an address that is none is named, when it is added and when it is only typed', async ({ page, sim }) => {
  const before = await sim.count();
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.fillMeeting('Invitation');
  const says = '“not-an-address” is not an e-mail address. Correct or remove it.';
  await quickAdd.address.fill('ops@globex.example, not-an-address');
  await page.locator('#quick-add-interaction-attendees-add-email').click();
  await expect(quickAdd.field(quickAdd.address).error).toHaveText(says);
  await expect(quickAdd.address).toBeFocused();
  await expect(quickAdd.address).toHaveValue('ops@globex.example, not-an-address');
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.address).error).toHaveText(says);
  await expect(quickAdd.errors.getByRole('link')).toHaveText([`Attendees: ${says}`]);
  await expect.poll(() => focusedId(page)).toBe('quick-add-interaction-attendees-custom-email-input');
  expect(await sim.count()).toBe(before);

  // What stands in the box counts without being added.
  await quickAdd.address.fill('ops@globex.example');
  await quickAdd.save.click();
  await expect(quickAdd.row('Online Meeting: Invitation')).toBeVisible();
  const [event] = await sim.events('Invitation');
  expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['ops@globex.example']);
});

test('an error goes when its field is mended and the form is sent', async ({ page }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.type.selectOption({ label: 'Call' });
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.title).error).toHaveText('Fill in this field.');
  await quickAdd.title.fill('Now with a title');
  await quickAdd.save.click();
  await expect(quickAdd.row('Now with a title')).toBeVisible();
});

test('the filters of the timeline stay when the dialog is left and when it is saved', async ({ page }) => {
  await open(page, '/msp/interactions?q=quarterly&has=');
  await page.locator('#overall-interactions-add-button').click();
  const quickAdd = new QuickAdd(page);
  await expect(quickAdd.type).toBeFocused();
  await expect(page).toHaveURL(/q=quarterly/);
  await page.keyboard.press('Escape');
  await expect(quickAdd.dialog).toHaveCount(0);
  await expect(page).toHaveURL(/\/msp\/interactions\?q=quarterly[^n]*$/);
  await expect(page.locator('#overall-interactions-add-button')).toBeFocused();
  await page.keyboard.press('Enter');
  await quickAdd.type.selectOption({ label: 'Meeting' });
  await quickAdd.title.fill('Quarterly, but nobody said whose');
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.client).error).toHaveText('Fill in this field.');
  await expect(quickAdd.client).toBeFocused();
  await page.keyboard.type('castle bak');
  await expect(page.locator('.option')).toHaveText(['Castle Bakery']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(quickAdd.client).toHaveValue('Castle Bakery');
  await expect(quickAdd.contact.locator('option').nth(1)).toBeAttached();
  await quickAdd.save.click();
  await expect(quickAdd.row('Quarterly, but nobody said whose').getByRole('link').first()).toBeFocused();
  await expect(page).toHaveURL(/\/msp\/interactions\?q=quarterly[^n]*$/);
  await expect(page.locator('#overall-interactions-saved')).toHaveText('Interaction added');
});

test('a contact’s page fills in client and contact, and the contact is invited', async ({ page }) => {
  await open(page, await clientPath(page, 'Acme Manufacturing'));
  await page.locator('#client-contacts').getByRole('link', { name: 'Ada Example', exact: true }).click();
  await page.locator('#contact-interactions-add-button').click();
  const quickAdd = new QuickAdd(page);
  await expect(quickAdd.client).toHaveValue('Acme Manufacturing');
  await expect(quickAdd.contact.locator('option:checked')).toHaveText('Ada Example');
  await expect(quickAdd.owner.locator('option:checked')).toHaveText('Dana Ortiz');
  await quickAdd.fillMeeting('With Ada');
  await expect(quickAdd.chips).toHaveText(['Ada Example']);
  // Another client takes its contact along.
  await quickAdd.client.fill('globex');
  await page.locator('.option', { hasText: 'Globex' }).click();
  await expect(quickAdd.chips).toHaveCount(0);
  await expect(quickAdd.contact).toHaveValue('');
  await quickAdd.contact.selectOption({ label: 'Cy Sample' });
  await expect(quickAdd.chips).toHaveText(['Cy Sample']);
});

test('one box finds contacts and staff and takes any address', async ({ page, sim }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Acme Manufacturing');
  await quickAdd.fillMeeting('People of all kinds');
  await quickAdd.address.pressSequentially('or');
  await expect(quickAdd.address).toHaveAttribute('aria-expanded', 'true');
  await expect(page.locator('#quick-add-interaction-attendees-contact-picker')).toBeVisible();
  await quickAdd.address.fill('tomas');
  await expect(page.locator('#quick-add-interaction-attendees-user-picker .option')).toHaveText([/Tomas Berg/]);
  await page.keyboard.press('ArrowDown');
  await expect(quickAdd.address).toHaveAttribute('aria-activedescendant', 'quick-add-interaction-attendees-list-0');
  // Escape closes the list, not the dialog.
  await page.keyboard.press('Escape');
  await expect(quickAdd.address).toHaveAttribute('aria-expanded', 'false');
  await expect(quickAdd.discard).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(quickAdd.address).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(quickAdd.chips).toHaveText(['Tomas Berg']);
  await expect(quickAdd.address).toHaveValue('');
  await page.keyboard.type('Someone@Elsewhere.example, ADA@acme.example; someone@elsewhere.EXAMPLE');
  await page.keyboard.press('Enter');
  await expect(quickAdd.chips).toHaveText(['Tomas Berg', 'Someone@Elsewhere.example', 'Ada Example']);
  const marks = () => quickAdd.chips.evaluateAll((chips) => chips.map((chip) => chip.getAttribute('data-mark')));
  await expect.poll(marks).toEqual(['Staff', 'External', 'Contact']);
  await expect(page.getByRole('checkbox', { name: 'Invited: Someone@Elsewhere.example, External. Switch off to remove.' })).toBeChecked();
  await expect(page.locator('#quick-add-interaction-invited')).toContainText('3 people');
  await page.keyboard.press('Backspace');
  await expect(quickAdd.chips).toHaveText(['Tomas Berg', 'Someone@Elsewhere.example']);
  await page.locator('#quick-add-interaction-attendees-remove-tech-northwind-example').click();
  await expect(quickAdd.chips).toHaveText(['Someone@Elsewhere.example']);
  await expect(quickAdd.address).toBeFocused();
  await quickAdd.save.click();
  await expect(quickAdd.row('Online Meeting: People of all kinds')).toBeVisible();
  const [event] = await sim.events('People of all kinds');
  expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['Someone@Elsewhere.example']);
});

test('oversize notes and addresses and control characters are refused beside their field, and stay', async ({ page }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.fillMeeting('Too much of everything');
  const set = (control: typeof quickAdd.notes, value: string) =>
    control.evaluate((element, value) => {
      (element as HTMLTextAreaElement).value = value;
      element.dispatchEvent(new Event('input', { bubbles: true }));
    }, value);
  await set(quickAdd.notes, 'n'.repeat(20_001));
  await set(quickAdd.title, 'bell \u0007');
  await set(quickAdd.address, Array.from({ length: 501 }, (_, n) => `a${n}@x.example`).join(' '));
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.title).error).toHaveText('This holds characters that cannot be saved. Type it again.');
  await expect(quickAdd.field(quickAdd.address).error).toHaveText('Too many: at most 500.');
  await expect(quickAdd.field(quickAdd.notes).error).toHaveText('Too long: use at most 20000 characters.');
  expect((await quickAdd.notes.inputValue()).length).toBe(20_001);
});

test('HTML in every field is shown as text', async ({ page }) => {
  const html = '<img src=x onerror=alert(1)><b>b</b>';
  const quickAdd = await QuickAdd.openFor(page, 'Harbour Logistics');
  await quickAdd.client.fill(html);
  await expect(page.locator('.option-none').first()).toHaveText('No client has this in its name.');
  await quickAdd.client.blur();
  await expect(quickAdd.client, 'what is no client is taken back').toHaveValue('Harbour Logistics');
  await quickAdd.fillMeeting(`Title ${html}`);
  await quickAdd.address.fill(html);
  await quickAdd.save.click();
  await expect(quickAdd.field(quickAdd.address).error).toContainText('“<img” is not an e-mail address.');
  await quickAdd.address.fill('');
  await quickAdd.teams.uncheck();
  await quickAdd.notes.fill(html);
  await quickAdd.save.click();
  await quickAdd.row(`Title ${html}`).getByRole('link').first().click();
  await expect(page.locator('#interaction-drawer-title')).toHaveText(`Title ${html}`);
  await expect(page.locator('#interaction-details-notes')).toContainText(html);
  await expect(page.locator('#interaction-drawer').locator('img, b')).toHaveCount(0);
});
