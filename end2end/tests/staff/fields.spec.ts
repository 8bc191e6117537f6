import { focusedId } from '../../fixtures/page';
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
  expect(await focusedId(page)).toBe('quick-add-interaction-attendees-custom-email-input');
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
