import { sql } from '../../fixtures/database';
import { type Page } from '@playwright/test';
import { clientPath, hydrated, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

const ZONE = 'Europe/Berlin';
const CLIENT = 'Castle Bakery';

/** A wall clock in the staff's zone, as `datetime-local` holds it, of an instant. */
function wallClock(instant: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });
  return parts.format(new Date(instant)).replace(' ', 'T');
}

/** Counts how often a document is loaded from now on. */
function documents(page: Page): { loaded: number } {
  const count = { loaded: 0 };
  page.on('domcontentloaded', () => (count.loaded += 1));
  return count;
}

test('a dispatcher schedules a Teams meeting from the timeline', async ({ page, sim, newContext }) => {
  const subject = 'Firewall hand-over';
  await open(page, '/msp/clients');
  await page.locator('#client-list').getByRole('link', { name: 'Acme Manufacturing' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Acme Manufacturing' })).toBeVisible();
  const path = new URL(page.url()).pathname;
  const before = await sim.count();
  const count = documents(page);

  const quickAdd = new QuickAdd(page);
  await quickAdd.openFromTimeline();
  await expect(quickAdd.teams).toBeHidden();
  await quickAdd.fillMeeting(subject);
  // Late in the evening the times that are proposed would end on the next day.
  const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
  await quickAdd.start.fill(`${tomorrow}T10:00`);
  await quickAdd.end.fill(`${tomorrow}T10:30`);
  await quickAdd.contact.selectOption({ label: 'Ada Example' });
  await expect(quickAdd.chips).toHaveText(['Ada Example']);
  await quickAdd.address.fill('ops@acme.example; ADA@acme.example, ops@acme.example');
  await quickAdd.address.press('Enter');
  await expect(quickAdd.chips).toHaveText(['Ada Example', 'ops@acme.example']);
  await expect(page.locator('#quick-add-interaction-invited')).toHaveText(
    '2 people will get a calendar invitation from meetings@northwind.example.',
  );
  const [start, end] = [await quickAdd.start.inputValue(), await quickAdd.end.inputValue()];
  await expect(quickAdd.save).toHaveText('Schedule meeting');
  await quickAdd.save.click();

  const row = quickAdd.row(`Online Meeting: ${subject}`);
  await expect(row).toBeVisible();
  await expect(quickAdd.dialog).toBeHidden();
  await expect(page.locator('#client-interactions-saved')).toHaveText('Meeting scheduled');
  await expect(row.getByRole('link', { name: `Online Meeting: ${subject}`, exact: true })).toBeFocused();
  const join = row.getByRole('link', { name: `Join meeting: Online Meeting: ${subject}` });
  await expect(row).toContainText(`${start.slice(-5)} – ${end.slice(-5)}`);
  expect(count.loaded, 'the page was not loaded again').toBe(0);
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(path);

  const [event, ...more] = await sim.events(subject);
  expect(more).toEqual([]);
  expect(await sim.count()).toBe(before + 1);
  expect(event).toMatchObject({ is_online_meeting: true, deleted: false });
  const invited = event!.attendees.map((attendee) => attendee.emailAddress.address);
  expect(invited).toEqual(['ada@acme.example', 'ops@acme.example']);
  expect([wallClock(event!.start), wallClock(event!.end)]).toEqual([start, end]);
  const [posted, ...repeated] = await sim.posted(subject);
  expect(repeated).toEqual([]);
  expect(posted).toMatchObject({
    isOnlineMeeting: true,
    onlineMeetingProvider: 'teamsForBusiness',
    transactionId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    start: { timeZone: 'UTC' },
    end: { timeZone: 'UTC' },
  });

  // The way in is offered from ten minutes before the start.
  const startsIn = (wait: string) =>
    sql(`UPDATE online_meetings SET start_time = now() + interval '${wait}', end_time = now() + interval '1 hour' WHERE subject = '${subject}'`);
  startsIn('12 minutes');
  await page.reload();
  await expect(row).toBeVisible();
  await expect(join).toHaveCount(0);
  startsIn('9 minutes');
  const plain = await newContext({ javaScriptEnabled: false });
  const reloaded = await plain.newPage();
  await reloaded.goto(path);
  const kept = new QuickAdd(reloaded).row(`Online Meeting: ${subject}`);
  await expect(kept).toBeVisible();
  await expect(kept.getByRole('link', { name: /^Join meeting/ })).toHaveAttribute('href', event!.join_url!);
});

test('the details page of a new meeting leads into it', async ({ page, sim }) => {
  const subject = 'Tour of the new portal';
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  await quickAdd.fillMeeting(subject);
  await quickAdd.notes.fill('First line\nSecond line');
  await quickAdd.save.click();
  await quickAdd.row(`Online Meeting: ${subject}`).getByRole('link').first().click();
  await page.locator('#interaction-drawer-page-link').click();
  await expect(page.getByRole('heading', { level: 1, name: `Online Meeting: ${subject}` })).toBeVisible();
  const [event] = await sim.events(subject);
  await expect(page.locator('#online-meeting-join-button')).toHaveAttribute('href', event!.join_url!);
  await expect(page.locator('#interaction-details-notes')).toContainText('First line\nSecond line');
  await page.locator('#interaction-details-back-button').click();
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible();
});

test('an attendee is removed, the switch is turned off, and nobody is invited', async ({ page, sim }) => {
  const quickAdd = await QuickAdd.openFor(page, 'Globex');
  const before = await sim.count();
  await quickAdd.fillMeeting('Talk without a link');
  await quickAdd.contact.selectOption({ label: 'Cy Sample' });
  await expect(quickAdd.chips).toHaveText(['Cy Sample']);
  await quickAdd.chips.click();
  await expect(quickAdd.chips).toHaveCount(0);
  await expect(page.locator('#quick-add-interaction-invited')).toHaveText('Nobody will get an invitation.');
  await quickAdd.contact.selectOption({ index: 0 });
  await quickAdd.contact.selectOption({ label: 'Cy Sample' });
  await expect(quickAdd.chips).toHaveText(['Cy Sample']);
  await quickAdd.teams.uncheck();
  await expect(quickAdd.address).toBeHidden();
  await expect(quickAdd.save).toHaveText('Save');
  await quickAdd.save.click();
  const row = quickAdd.row('Talk without a link');
  await expect(row).toBeVisible();
  await expect(row.getByRole('link', { name: /^Join/ })).toHaveCount(0);
  await expect(page.locator('#client-interactions-saved')).toHaveText('Interaction added');
  expect(await sim.count()).toBe(before);
});

test('an ordinary interaction is logged with its status and notes', async ({ page, sim }) => {
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  const before = await sim.count();
  await quickAdd.type.selectOption({ label: 'Call' });
  await expect(quickAdd.teams).toBeHidden();
  await quickAdd.title.fill('Called about <b>backups</b> & "tapes"');
  await quickAdd.save.click();
  await expect(quickAdd.row('Called about <b>backups</b> & "tapes"')).toBeVisible();
  expect(await sim.count()).toBe(before);
});

test('the end moves with the start', async ({ page }) => {
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  await quickAdd.start.fill('2027-03-10T09:00');
  await quickAdd.start.blur();
  await expect(quickAdd.end).toHaveValue('2027-03-10T09:30');
  await quickAdd.end.fill('2027-03-10T10:45');
  await quickAdd.start.fill('2027-03-11T23:30');
  await quickAdd.start.blur();
  await expect(quickAdd.end).toHaveValue('2027-03-12T01:15');
  await expect(page.locator('#quick-add-interaction-start-time-hint')).toHaveText('Time zone: Europe/Berlin');
  await expect(page.locator('#quick-add-interaction-duration-hours')).toHaveValue('1');
  await expect(page.locator('#quick-add-interaction-duration-minutes')).toHaveValue('45');
  await page.locator('#quick-add-interaction-duration-hours').fill('0');
  await page.locator('#quick-add-interaction-duration-minutes').fill('20');
  await page.locator('#quick-add-interaction-duration-minutes').blur();
  await expect(quickAdd.end).toHaveValue('2027-03-11T23:50');
});

test('a double click makes one meeting', async ({ page, sim }) => {
  const subject = 'Clicked twice';
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  await quickAdd.fillMeeting(subject);
  await sim.fault({ route: 'create-event', answer: { delay_ms: 2000 } });
  await quickAdd.save.dblclick();
  await expect(quickAdd.save).toHaveText('Creating the Teams meeting…');
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toHaveCount(1);
  expect(await sim.events(subject)).toHaveLength(1);
  expect(await sim.posted(subject)).toHaveLength(1);
});

test('two meetings one after the other are two meetings', async ({ page, sim }) => {
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  for (const subject of ['First of two', 'Second of two']) {
    await quickAdd.fillMeeting(subject);
    await quickAdd.save.click();
    await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible();
    await expect(quickAdd.row(`Online Meeting: ${subject}`).getByRole('link').first()).toBeFocused();
    expect(await sim.events(subject)).toHaveLength(1);
    if (subject === 'First of two') {
      await quickAdd.openFromTimeline();
      await expect(quickAdd.title).toHaveValue('');
      await expect(quickAdd.chips).toHaveCount(0);
    }
  }
});

test('a meeting is on the timeline however many there are to come', async ({ page, baseURL }) => {
  test.setTimeout(90_000);
  const path = await clientPath(page, 'Northgate Freight');
  const form = await (await page.request.get(`/api/interactions/form?client_id=${path.split('/').at(-1)}`)).json();
  for (let n = 0; n < 30; n += 1) {
    const again = await (await page.request.get(`/api/interactions/form?client_id=${form.values.client_id}`)).json();
    const answer = await page.request.post('/api/interactions/add', {
      headers: { origin: baseURL! },
      form: {
        'input[idempotency_key]': again.values.idempotency_key,
        'input[client_id]': form.values.client_id,
        'input[type_id]': form.choices.types[0].type_id,
        'input[title]': `Planned visit ${n}`,
        'input[start]': `2027-06-${String(n + 1).padStart(2, '0')}T10:00`,
        'input[end]': `2027-06-${String(n + 1).padStart(2, '0')}T11:00`,
        'input[contact_id]': '',
        'input[notes]': '',
        'input[more_attendees]': '',
        'input[status_id]': '',
      },
    });
    expect(answer.status()).toBe(200);
  }
  await open(page, path);
  const quickAdd = new QuickAdd(page);
  await quickAdd.openFromTimeline();
  await quickAdd.fillMeeting('After all the visits');
  await quickAdd.start.fill('2027-07-05T10:00');
  await quickAdd.end.fill('2027-07-05T11:00');
  await quickAdd.save.click();
  await expect(page.locator('#client-interactions-saved')).toHaveText('Meeting scheduled');
  await expect(quickAdd.row('Online Meeting: After all the visits')).toBeVisible();
  await expect(quickAdd.row('Planned visit 29')).toBeVisible();
});

test('the back button closes the dialog, and the forward button opens it again', async ({ page }) => {
  const path = await clientPath(page, CLIENT);
  await open(page, path);
  const quickAdd = new QuickAdd(page);
  await quickAdd.openFromTimeline();
  await page.goBack();
  await expect(quickAdd.dialog).toBeHidden();
  await expect(page).toHaveURL(path);
  await page.goForward();
  await expect(quickAdd.form).toBeVisible();
  await hydrated(page);
});
