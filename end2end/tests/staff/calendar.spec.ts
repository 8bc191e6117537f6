import { sql } from '../../fixtures/database';
import { focusedId, open } from '../../fixtures/page';
import { EntryPopup, block, timesOf, week } from '../../fixtures/schedule';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher', viewport: { width: 1280, height: 1000 } });

test('a meeting made in the popup is moved by pointer and by keys, and cancelled, and all records agree', async ({ page, sim }) => {
  const subject = 'Walk through the schedule';
  await week(page);
  // A click on an empty time opens the form for it.
  await page.locator('#schedule-grid a.cal-slot[href*="new=2027-05-04T10:00"]').click();
  const popup = new EntryPopup(page);
  await expect(popup.title).toBeFocused();
  await expect(popup.start).toHaveValue('2027-05-04T10:00');
  await expect(popup.teams).toBeHidden();
  await popup.title.fill(subject);
  await popup.chooseClient('Acme Manufacturing');
  await expect(popup.teams).toBeVisible();
  await expect(popup.teams).not.toBeChecked();
  await popup.teams.check();
  await popup.address.fill('ada@acme.example, bo@acme.example');
  await expect(popup.save).toHaveText('Schedule meeting');
  await popup.save.click();
  await expect(popup.dialog).toHaveCount(0);
  await expect(block(page, subject)).toBeVisible();
  const [event] = await sim.events(subject);
  expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['ada@acme.example', 'bo@acme.example']);
  expect(timesOf(subject)).toEqual([8, 8, 8].map((_, n) => `${['entry', 'interaction', 'meeting'][n]} 2027-05-04T08:00`));
  expect(sql(`SELECT e.work_item_type || ' ' || (e.work_item_id = i.interaction_id) || ' ' || (m.schedule_entry_id = e.entry_id)
    FROM schedule_entries e JOIN interactions i ON i.title = 'Online Meeting: ${subject}'
    JOIN online_meetings m ON m.interaction_id = i.interaction_id WHERE e.title = '${subject}'`)).toBe('interaction true true');

  await test.step('dragged to Thursday, it asks', async () => {
    const from = (await block(page, subject).boundingBox())!;
    const target = (await page.locator('a.cal-slot[href*="new=2027-05-06T14:00"]').boundingBox())!;
    await page.mouse.move(from.x + 40, from.y + 4);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y + 30, { steps: 4 });
    await page.mouse.move(target.x + 40, target.y + 4, { steps: 8 });
    await expect(page.locator('.cal-ghost')).toContainText('14:00 – 14:30');
    await page.mouse.up();
    const dialog = page.locator('#move-entry-dialog');
    await expect(dialog).toContainText('Move to Thu, 6 May 2027, 14:00');
    await expect(dialog).toContainText('2 attendees get an update.');
    expect(timesOf(subject)[0]).toBe('entry 2027-05-04T08:00');
    await page.locator('#move-entry-confirm').click();
    await expect(dialog).toHaveCount(0);
    await expect.poll(() => timesOf(subject)).toEqual([
      'entry 2027-05-06T12:00',
      'interaction 2027-05-06T12:00',
      'meeting 2027-05-06T12:00',
    ]);
    const [moved] = await sim.events(subject);
    expect([moved!.start.slice(0, 16), moved!.join_url]).toEqual(['2027-05-06T12:00', event!.join_url]);
  });

  await test.step('Shift and arrows move it, Escape gives it back, Enter asks', async () => {
    await block(page, subject).focus();
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.locator('.cal-ghost')).toContainText('14:15 – 14:45');
    await page.keyboard.press('Escape');
    await expect(page.locator('.cal-ghost')).toHaveCount(0);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(page.locator('#schedule-said')).toContainText('Wednesday, 5 May 2027, 13:30 – 14:00');
    await page.keyboard.press('Enter');
    await expect(page.locator('#move-entry-dialog')).toContainText('Move to Wed, 5 May 2027, 13:30');
    await expect(page.locator('#move-entry-confirm')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('#move-entry-dialog')).toHaveCount(0);
    await expect.poll(async () => (await sim.events(subject))[0]!.start.slice(0, 16)).toBe('2027-05-05T11:30');
    await expect.poll(() => timesOf(subject)).toEqual([
      'entry 2027-05-05T11:30',
      'interaction 2027-05-05T11:30',
      'meeting 2027-05-05T11:30',
    ]);
  });

  await test.step('cancelled with a message, it is crossed out, and then deleted', async () => {
    await block(page, subject).click();
    await expect(popup.dialog).toContainText('On the client’s timeline');
    await popup.remove.click();
    const dialog = page.locator('#delete-entry-dialog');
    await expect(dialog).toContainText('2 people get a cancellation.');
    await page.locator('#delete-entry-message').fill('Another time');
    await dialog.getByRole('button', { name: 'Cancel meeting' }).click();
    await expect(page.locator('#online-meeting-undo-button')).toBeVisible();
    await expect.poll(async () => (await sim.events(subject))[0]!.deleted, { timeout: 20_000 }).toBe(true);
    const [gone] = await sim.events(subject);
    expect(gone!.mails.at(-1)!.comment).toBe('Another time');
    await page.keyboard.press('Escape');
    await expect(block(page, subject)).toHaveClass(/is-cancelled/);
    await block(page, subject).click();
    await popup.remove.click();
    await page.getByRole('button', { name: 'Delete entry' }).click();
    await expect(block(page, subject)).toHaveCount(0);
    expect(timesOf(subject)).toEqual(['interaction 2027-05-05T11:30', 'meeting 2027-05-05T11:30']);
    expect(sql(`SELECT status FROM online_meetings WHERE subject = '${subject}'`)).toBe('cancelled');
  });
});

test('an entry without a meeting is drawn, and moved without a question', async ({ page }) => {
  const title = 'Drawn with the pointer';
  await week(page);
  const slot = (await page.locator('a.cal-slot[href*="new=2027-05-07T11:00"]').boundingBox())!;
  await page.mouse.move(slot.x + 30, slot.y + 2);
  await page.mouse.down();
  await page.mouse.move(slot.x + 30, slot.y + slot.height * 3 - 2, { steps: 6 });
  await expect(page.locator('.cal-ghost')).toContainText('11:00 – 12:30');
  await page.mouse.up();
  const popup = new EntryPopup(page);
  await expect(popup.start).toHaveValue('2027-05-07T11:00');
  await expect(popup.end).toHaveValue('2027-05-07T12:30');
  await popup.title.fill(title);
  await popup.save.click();
  await expect(block(page, title)).toBeVisible();
  await block(page, title).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.locator('#schedule-said')).toHaveText('Moved to Sat, 8 May 2027, 11:00.');
  await expect.poll(() => focusedId(page)).toMatch(/^schedule-entry-.*2027-05-08$/);
  expect(timesOf(title)).toEqual(['entry 2027-05-08T09:00']);
});

test('in a month an entry is dragged to another day and keeps its time, and a meeting asks before', async ({ page, sim, url }) => {
  const [plain, meeting] = ['Dragged in the month', 'Meeting dragged in the month'];
  for (const title of [plain, meeting]) {
    await week(page, '&new=2027-05-05T09:00&until=2027-05-05T09:30');
    const popup = new EntryPopup(page);
    await popup.title.fill(title);
    if (title === meeting) {
      await popup.chooseClient('Acme Manufacturing');
      await popup.teams.check();
    }
    await popup.save.click();
    await expect(popup.dialog).toHaveCount(0);
  }
  await open(page, '/msp/schedule?view=month&date=2027-05-05');
  const day = (date: string) => page.locator(`#schedule-month [data-date="${date}"]`);
  const chip = (title: string) => page.locator('#schedule-month .cal-chip').filter({ has: page.getByText(title, { exact: true }) });
  await chip(plain).dragTo(day('2027-05-19'));
  await expect(day('2027-05-19')).toContainText(plain);
  expect(timesOf(plain)).toEqual(['entry 2027-05-19T07:00']);
  // What comes meanwhile does not take it out of the hand, and is drawn when it has been put down.
  const over = async (date: string) => {
    const to = (await day(date).boundingBox())!;
    // The first way begins to drag, the second one is heard of.
    for (const far of [2, 3]) await page.mouse.move(to.x + to.width / far, to.y + to.height / far, { steps: 5 });
    await expect(day(date)).toHaveClass(/is-target/);
  };
  await chip(meeting).hover();
  await page.mouse.down();
  await over('2027-05-18');
  const [entry, version] = sql(
    `SELECT entry_id || ' ' || (extract(epoch FROM updated_at) * 1000000)::bigint FROM schedule_entries WHERE title = '${plain}'`,
  ).split(' ');
  const told = page.waitForResponse(/\/api\/schedule\/page/);
  const moved = await page.request.post(`${url}/api/schedule/move`, {
    headers: { origin: url },
    form: { 'input[entry_id]': entry!, 'input[version]': version!, 'input[start]': '2027-05-21T09:00' },
  });
  expect(moved.status()).toBe(200);
  await (await told).finished();
  await over('2027-05-20');
  await expect(day('2027-05-19')).toContainText(plain);
  await page.mouse.up();
  await expect(day('2027-05-21')).toContainText(plain);
  await expect(page.locator('#move-entry-dialog')).toContainText('Move to Thu, 20 May 2027, 09:00');
  expect(timesOf(meeting)[0]).toBe('entry 2027-05-05T07:00');
  await page.locator('#move-entry-confirm').click();
  await expect(day('2027-05-20')).toContainText(meeting);
  await expect.poll(async () => (await sim.events(meeting))[0]!.start.slice(0, 16)).toBe('2027-05-20T07:00');
});

test('what clashes is said while one types', async ({ page }) => {
  await week(page, '&new=2027-05-03T15:00');
  const popup = new EntryPopup(page);
  await popup.title.fill('First of two');
  await popup.save.click();
  await expect(popup.dialog).toHaveCount(0);
  await open(page, '/msp/schedule?view=week&date=2027-05-03&new=2027-05-03T13:00');
  await popup.title.fill('Second of two');
  await expect(page.locator('#schedule-time-hint')).toBeEmpty();
  await popup.start.fill('2027-05-03T15:15');
  await popup.start.blur();
  await expect(page.locator('#schedule-time-hint')).toContainText('First of two, Mon, 3 May 2027, 15:00 – 15:30');
  // It is no reason not to save; the two stand side by side.
  await popup.save.click();
  await expect(block(page, 'Second of two')).toBeVisible();
  const [first, second] = await Promise.all([block(page, 'First of two'), block(page, 'Second of two')].map((entry) => entry.boundingBox()));
  expect(first!.x + first!.width).toBeLessThanOrEqual(second!.x);
});

test('what is wrong is said beside its field, and nothing typed is lost', async ({ page }) => {
  await week(page, '&new=2027-05-03T10:00');
  const popup = new EntryPopup(page);
  await popup.title.fill('Backwards');
  await popup.end.fill('2027-05-03T09:00');
  await popup.save.click();
  await expect(popup.errors).toContainText('End: The end must come after the start.');
  await expect(popup.end).toBeFocused();
  await expect(popup.title).toHaveValue('Backwards');
  await page.keyboard.press('Escape');
  await expect(page.locator('#entry-popup-discard')).toBeVisible();
  await page.locator('#entry-popup-keep-button').click();
  await expect(popup.title).toHaveValue('Backwards');
});

test('private entries of others are only busy, and somebody else’s change appears', async ({ page, newContext }) => {
  await open(page, '/msp/schedule?view=week&who=team');
  await expect(page.locator('.cal-entry.is-busy').first()).toHaveAccessibleName(/^Busy, /);
  expect(await page.content()).not.toContain('Talk with the bank');
  await week(page);
  const other = await (await newContext()).newPage();
  await week(other, '&new=2027-05-06T08:00');
  const popup = new EntryPopup(other);
  await popup.title.fill('Seen elsewhere');
  await popup.save.click();
  await expect(block(page, 'Seen elsewhere')).toBeVisible();
});

test('the days are walked by keys, and the ways on have keys too', async ({ page }) => {
  await week(page);
  const slot = (time: string) => page.locator(`a.cal-slot[href*="new=2027-05-0${time}"]`);
  await slot('3T07:00').focus();
  await page.keyboard.press('ArrowDown');
  await expect(slot('3T07:30')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(slot('4T07:30')).toBeFocused();
  await page.keyboard.press('n');
  await expect(page.locator('#schedule-title')).toHaveText('10 – 16 May 2027');
  await page.keyboard.press('p');
  await expect(page.locator('#schedule-title')).toHaveText('3 – 9 May 2027');
  await page.keyboard.press('m');
  await expect(page.locator('#schedule-month')).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.locator('#entry-popup')).toBeVisible();
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('an entry is added, changed and deleted, and a refused form keeps what was typed', async ({ page, guard }) => {
    const title = 'Without any script';
    guard.expectStatus(422, /schedule/);
    await page.goto('/msp/schedule?view=week&date=2027-05-03');
    await page.locator('a.cal-slot[href*="new=2027-05-05T16:00"]').click();
    const popup = new EntryPopup(page);
    await popup.title.fill(title);
    await popup.end.fill('2027-05-05T15:00');
    await popup.notes.fill('Still here');
    await popup.save.click();
    await expect(popup.errors).toContainText('The end must come after the start.');
    await expect(popup.title).toHaveValue(title);
    await expect(popup.notes).toHaveValue('Still here');
    await popup.end.fill('2027-05-05T17:00');
    await popup.save.click();
    await expect(popup.dialog).toHaveCount(0);
    await expect(page.locator('#schedule-title')).toHaveText('3 – 9 May 2027');
    await block(page, title).click();
    await popup.start.fill('2027-05-05T16:30');
    await popup.save.click();
    await expect(block(page, title)).toContainText('16:30');
    await page.locator('#schedule-next').click();
    await expect(page.locator('#schedule-title')).toHaveText('10 – 16 May 2027');
    await page.locator('#schedule-previous').click();
    await block(page, title).click();
    await popup.remove.click();
    await page.getByRole('button', { name: 'Delete entry' }).click();
    await expect(block(page, title)).toHaveCount(0);
  });
});
