import { sql } from '../../fixtures/database';
import { mailsTo } from '../../fixtures/mail';
import { clientPath, focusedId, open } from '../../fixtures/page';
import { asked, day, openRequest, recorded, requestPath } from '../../fixtures/requests';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

/** Within which what one does is to appear for the others. */
const SOON = { timeout: 3000 };
const time = (event: { start: string }) => new Date(event.start).toISOString().slice(0, 16);

test('an approval becomes a meeting on the timeline, in the schedule and at Microsoft', async ({ page, sim }) => {
  const service = 'Approved with a meeting';
  const id = asked({ service, technician: 'tech@northwind.example' });
  await open(page, '/msp/appointment-requests');
  await page.locator(`#appointment-request-${id}`).click();
  await expect(page).toHaveURL(requestPath(id));
  await expect(page.locator('#appointment-requests-their-time')).toContainText('08:00 – 08:30');
  await expect(page.locator('#appointment-requests-my-time')).toContainText('Europe/Berlin');
  await expect(page.locator('#assign-technician option:checked')).toHaveText('Tomas Berg');
  await expect(page.locator('#final-datetime')).toHaveValue(`${day(30)}T08:00`);
  await expect(page.locator('#generate-teams-meeting')).toBeChecked();

  // What is typed is shown on both clocks.
  await page.locator('#final-datetime').fill(`${day(30)}T09:15`);
  await page.locator('#final-duration').fill('45');
  await page.locator('#internal-notes').fill('Take the ladder');
  await expect(page.locator('#appointment-requests-slot')).toContainText('09:15 – 10:00');
  await expect(page.locator('#appointment-requests-slot')).toContainText(/1[45]:15 – 1[56]:00/);
  await page.locator('#approve-request').click();
  await expect(page.locator('#appointment-requests-said')).toHaveText('The request is approved. The requester gets a mail.');
  await expect(page.locator('.badge', { hasText: 'Approved' })).toBeVisible();
  await expect(page.locator('#appointment-requests-decision')).toContainText('You');

  const [event, ...more] = await sim.events(service);
  expect(more).toEqual([]);
  expect(event!.attendees).toEqual([]);
  await expect(page.locator('#join-teams-meeting-request-details')).toHaveAttribute('href', event!.join_url!);
  const facts = recorded(id);
  expect(facts).toMatchObject({ status: 'approved', wall: `${day(30)}T09:15`, minutes: '45' });
  expect([facts.entry, facts.meeting, facts.interaction]).toEqual([time(event!), time(event!), time(event!)]);

  await page.locator('#appointment-requests-interaction-link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Online Meeting: ${service}`);
  await expect(page.locator('#online-meeting-join-button')).toHaveAttribute('href', event!.join_url!);
  await open(page, await clientPath(page, 'Acme Manufacturing'));
  await expect(page.getByRole('link', { name: `Online Meeting: ${service}`, exact: true }).first()).toBeVisible();
  await expect.poll(() => mailsTo('ada@acme.example', service).length, { timeout: 15_000 }).toBe(1);
  const [mail] = mailsTo('ada@acme.example', service);
  expect(mail).toContain('METHOD:REQUEST');
  expect(mail).toContain('America/New_York');
});

test('what Microsoft refuses can be tried again, or done without, and nothing typed is lost', async ({ page, sim, guard }) => {
  guard.expectStatus(502, /appointments\/approve/);
  const [again, without] = ['Refused and tried again', 'Refused and done without'];
  for (const service of [again, without]) {
    const id = asked({ service });
    await openRequest(page, id);
    await page.locator('#internal-notes').fill('Ring twice');
    await sim.fault({ route: 'create-event', answer: { status: 403, code: 'ErrorAccessDenied' } });
    await page.locator('#approve-request').click();
    const alert = page.locator('#teams-meeting-failure-alert');
    await expect(alert).toContainText('Microsoft refused to make the meeting.');
    await expect(alert).toBeFocused();
    await expect(page.locator('#internal-notes')).toHaveValue('Ring twice');
    expect(recorded(id).status).toBe('pending');
    await page.locator(service === again ? '#retry-teams-meeting' : '#approve-without-meeting').click();
    await expect(page.locator('#appointment-requests-said')).toContainText('approved');
    await expect(page.locator('#join-teams-meeting-request-details')).toHaveCount(service === again ? 1 : 0);
    expect(sql(`SELECT notes FROM schedule_entries WHERE work_item_id = '${id}'`)).toContain('Ring twice');
  }
  expect((await sim.events(again)).length).toBe(1);
  expect(await sim.events(without)).toEqual([]);

  // The meeting comes later.
  await page.locator('#generate-teams-meeting-request-details').click();
  await expect(page.locator('#join-teams-meeting-request-details')).toBeVisible();
  expect((await sim.events(without)).length).toBe(1);
});

test('a declined approval takes the event out of the calendar', async ({ page, sim }) => {
  const service = 'Approved, then declined';
  const id = asked({ service });
  await openRequest(page, id);
  await page.locator('#approve-request').click();
  await expect(page.locator('#join-teams-meeting-request-details')).toBeVisible();
  await page.locator('#show-decline-form').click();
  await expect(page.locator('#appointment-requests-decline-dialog')).toContainText('Its Teams meeting is cancelled');
  await page.keyboard.press('Escape');
  await expect(page.locator('#appointment-requests-decline-dialog')).toHaveCount(0);
  await expect.poll(() => focusedId(page)).toBe('show-decline-form');
  await page.locator('#show-decline-form').click();
  await page.locator('#decline-reason').fill('Tomas is <b>ill</b>');
  await page.locator('#confirm-decline').click();
  await expect(page.locator('#appointment-requests-reason')).toHaveText('Tomas is <b>ill</b>');
  await expect(page.locator('#join-teams-meeting-request-details')).toHaveCount(0);
  await expect.poll(async () => (await sim.events(service))[0]!.deleted).toBe(true);
  expect(recorded(id)).toMatchObject({ status: 'declined', entry: '-' });
  await expect(page.locator('#appointment-requests-meeting')).toContainText('The meeting was cancelled.');
});

test('a moved appointment keeps its link, and everything is at the new time', async ({ page, sim }) => {
  const service = 'Approved, then moved';
  const id = asked({ service });
  await openRequest(page, id);
  await page.locator('#approve-request').click();
  const join = page.locator('#join-teams-meeting-request-details');
  await expect(join).toBeVisible();
  const link = await join.getAttribute('href');
  await page.locator('#reschedule-request').click();
  await page.locator('#reschedule-datetime').fill(`${day(31)}T10:00`);
  await expect(page.locator('#appointment-requests-move-question')).toContainText(/Move to .*1[56]:00 – .* \(client .*10:00 – 10:30\)\?/);
  await expect(page.locator('#appointment-requests-move-told')).toContainText('Nobody was invited');
  await page.locator('#confirm-reschedule').click();
  await expect(page.locator('#appointment-requests-said')).toHaveText('The request is moved.');
  await expect(join).toHaveAttribute('href', link!);
  await expect.poll(() => recorded(id).meeting).toBe(recorded(id).entry);
  const facts = recorded(id);
  const [event] = await sim.events(service);
  expect(facts.wall).toBe(`${day(31)}T10:00`);
  expect([facts.entry, facts.interaction, event!.join_url]).toEqual([time(event!), time(event!), link]);
});

test('a link from before is kept', async ({ page }) => {
  const url = 'https://teams.microsoft.com/l/meetup-join/legacy';
  const id = asked({ service: 'Legacy link', status: 'approved', url });
  await openRequest(page, id);
  await expect(page.locator('#join-teams-meeting-request-details')).toHaveAttribute('href', url);
  await expect(page.locator('#appointment-requests-meeting')).toContainText('before Minuted kept records');
  await expect(page.locator('#appointment-requests-interaction-link')).toHaveCount(0);
  await expect(page.locator('#generate-teams-meeting-request-details')).toHaveCount(0);
});

test('the status stands in the address', async ({ page }) => {
  await open(page, '/msp/appointment-requests');
  await expect(page.locator('#status-filter')).toHaveValue('pending');
  await page.locator('#status-filter').selectOption('declined');
  await expect(page).toHaveURL(/\?status=declined$/);
  await expect(page.locator('#appointment-requests-list')).toContainText('Onboarding of new staff');
  await expect(page.locator('#appointment-requests-list .badge').first()).toHaveText('Declined');
  await page.goBack();
  await page.goForward();
  await expect(page.locator('#status-filter')).toHaveValue('declined');
});

test('a requester without zone is told to be at UTC', async ({ page }) => {
  await openRequest(page, asked({ service: 'No zone', zone: null }));
  await expect(page.locator('#appointment-requests-facts')).toContainText('told no time zone: this is UTC');
  await expect(page.locator('#final-datetime-hint')).toContainText('UTC');
});

test('what the technician has at that time is shown while it is typed', async ({ page }) => {
  const id = asked({ service: 'At the same time', days: 40, zone: 'Europe/Berlin', technician: 'tech@northwind.example' });
  sql(`WITH e AS (INSERT INTO schedule_entries (tenant, title, work_item_type, scheduled_start, scheduled_end, status)
                  SELECT tenant, 'Cabling', 'ad_hoc', (current_date + 40 + time '11:00') AT TIME ZONE 'Europe/Berlin',
                         (current_date + 40 + time '12:00') AT TIME ZONE 'Europe/Berlin', 'scheduled'
                    FROM tenants WHERE client_name = 'Northwind IT' RETURNING tenant, entry_id)
       INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
       SELECT e.tenant, e.entry_id, u.user_id FROM e JOIN users u USING (tenant) WHERE u.email = 'tech@northwind.example'`);
  await openRequest(page, id);
  const slot = page.locator('#appointment-requests-slot');
  await expect(slot).not.toContainText('Cabling');
  await page.locator('#final-datetime').fill(`${day(40)}T11:30`);
  await expect(slot).toContainText(/Cabling, .*11:00 – 12:00/);
  await page.locator('#assign-technician').selectOption({ label: 'Dana Ortiz' });
  await expect(slot).not.toContainText('Cabling');
});

test('bad input is answered where it was typed', async ({ page, guard }) => {
  guard.expectStatus(422, /appointments/);
  await openRequest(page, asked({ service: 'Odd times' }));
  await page.locator('#final-datetime').fill(`${day(-3)}T09:00`);
  await page.locator('#final-duration').fill('0');
  await page.locator('#approve-request').click();
  await expect(page.locator('#final-duration-error')).toHaveText('Enter a whole number from 1 to 1440.');
  await page.locator('#final-duration').fill('30');
  await page.locator('#approve-request').click();
  await expect(page.locator('#final-datetime-error')).toHaveText('This time is over. Choose one that is to come.');
  await expect(page.locator('#final-datetime')).toBeFocused();
  await page.locator('#show-decline-form').click();
  await page.locator('#decline-reason').fill(' ');
  await page.locator('#confirm-decline').click();
  await expect(page.locator('#decline-reason-error')).toHaveText('Fill in this field.');
});

test('who is slower is told who decided', async ({ page, sessions, newContext, guard }) => {
  guard.expectStatus(409, /appointments\/approve/);
  const id = asked({ service: 'Approved by two' });
  await openRequest(page, id);
  const before = Number(await page.locator('#nav-appointment-requests .nav-count').textContent());
  await page.locator('#internal-notes').fill('Mine');
  const admin = await (await newContext({ storageState: await sessions.of('admin') })).newPage();
  await openRequest(admin, id);
  await admin.locator('#approve-request').click();
  await expect(admin.locator('#appointment-requests-said')).toContainText('approved');
  // What is being typed stays; the page says that it is old, and the count in the navigation is new.
  await expect(page.locator('#appointment-requests-changed')).toBeVisible(SOON);
  await expect(page.locator('#internal-notes')).toHaveValue('Mine');
  await expect(page.locator('#nav-appointment-requests .nav-count')).toHaveText(String(before - 1), SOON);
  await page.locator('#approve-request').click();
  await expect(page.locator('#appointment-requests-decided')).toContainText('decided already');
  await expect(page.locator('#appointment-requests-decision')).toContainText('Alex Winter');
});

test('what another one has moved meanwhile is approved at its new time, once', async ({ page, sim, sessions, newContext }) => {
  const service = 'Moved by another one';
  const id = asked({ service });
  await openRequest(page, id);
  const admin = await (await newContext({ storageState: await sessions.of('admin') })).newPage();
  await openRequest(admin, id);
  await admin.locator('#reschedule-request').click();
  await admin.locator('#reschedule-datetime').fill(`${day(32)}T11:00`);
  await admin.locator('#confirm-reschedule').click();
  // The form is drawn anew in place: its buttons belong to what is shown now.
  await expect(page.locator('#final-datetime')).toHaveValue(`${day(32)}T11:00`, SOON);
  await page.locator('#approve-request').dblclick();
  await expect(page.locator('#appointment-requests-said')).toContainText('approved');
  expect(recorded(id)).toMatchObject({ status: 'approved', wall: `${day(32)}T11:00` });
  expect(await sim.events(service)).toHaveLength(1);
});

test('a page works while it waits for the second of two pieces of news', async ({ page, sessions, newContext }) => {
  const id = asked({ service: 'Moved twice' });
  await openRequest(page, id);
  const held: (() => Promise<void>)[] = [];
  await page.route('**/api/appointments/page?*', (route) => void held.push(() => route.continue()));
  // The count of requests is asked for anew at each piece of news.
  let news = 0;
  page.on('response', (response) => void (news += Number(response.url().includes('/api/session/viewer'))));
  const admin = await (await newContext({ storageState: await sessions.of('admin') })).newPage();
  await openRequest(admin, id);
  for (const [n, hour] of [11, 12].entries()) {
    await admin.locator('#reschedule-request').click();
    await admin.locator('#reschedule-datetime').fill(`${day(33)}T${hour}:00`);
    await admin.locator('#confirm-reschedule').click();
    await expect(admin.locator('#final-datetime')).toHaveValue(`${day(33)}T${hour}:00`);
    await expect.poll(() => news).toBeGreaterThan(n);
  }
  expect(held).toHaveLength(1);
  await held[0]!();
  await expect.poll(() => held.length).toBe(2);
  await page.locator('#assign-technician').selectOption({ label: 'Tomas Berg' });
  await held[1]!();
  await expect(page.locator('#final-datetime')).toHaveValue(`${day(33)}T12:00`);
});

test('an open list follows what others decide', async ({ page, newContext }) => {
  const id = asked({ service: 'Leaves the list' });
  await open(page, '/msp/appointment-requests');
  await expect(page.locator(`#appointment-request-${id}`)).toBeVisible();
  const other = await (await newContext()).newPage();
  await openRequest(other, id);
  await other.locator('#show-decline-form').click();
  await other.locator('#decline-reason').fill('Fully booked');
  await other.locator('#confirm-decline').click();
  await expect(page.locator(`#appointment-request-${id}`)).toHaveCount(0, SOON);
});

test.describe('a technician', () => {
  test.use({ role: 'tech' });

  test('sees the requests that are meant for them, and decides nothing', async ({ page, guard }) => {
    guard.expectStatus(404, /appointment-requests/);
    const mine = asked({ service: 'For Tomas', technician: 'tech@northwind.example' });
    const other = asked({ service: 'For nobody' });
    await open(page, '/msp/appointment-requests');
    await expect(page.locator('#appointment-requests-own-only')).toBeVisible();
    await expect(page.locator(`#appointment-request-${mine}`)).toBeVisible();
    await expect(page.locator(`#appointment-request-${other}`)).toHaveCount(0);
    await openRequest(page, mine);
    await expect(page.locator('#appointment-requests-facts')).toContainText('Ada Example');
    await expect(page.locator('#approve-request')).toHaveCount(0);
    await expect(page.locator('#show-decline-form')).toHaveCount(0);
    expect(await open(page, requestPath(other))).toBe(404);
  });
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a request is filtered, refused with what was typed, moved, approved and declined', async ({ page, sim }) => {
    const service = 'Decided without script';
    const id = asked({ service });
    await page.goto('/msp/appointment-requests?status=approved');
    await page.locator('#status-filter').selectOption('pending');
    await page.locator('#appointment-requests-filter-button').click();
    await page.locator(`#appointment-request-${id}`).click();

    await page.locator('#reschedule-request').click();
    await page.locator('#reschedule-datetime').fill(`${day(33)}T09:00`);
    await page.locator('#confirm-reschedule').click();
    await expect(page.locator('#appointment-requests-said')).toHaveText('The request is moved.');
    await expect(page.locator('#final-datetime')).toHaveValue(`${day(33)}T09:00`);

    await page.locator('#internal-notes').fill('Take the ladder');
    await sim.fault({ route: 'create-event', answer: { status: 403, code: 'ErrorAccessDenied' } });
    await page.locator('#approve-request').click();
    await expect(page.locator('#teams-meeting-failure-alert')).toBeVisible();
    await expect(page.locator('#internal-notes')).toHaveValue('Take the ladder');
    await page.locator('#retry-teams-meeting').click();
    await expect(page.locator('#appointment-requests-said')).toContainText('approved');
    const [event] = await sim.events(service);
    await expect(page.locator('#join-teams-meeting-request-details')).toHaveAttribute('href', event!.join_url!);

    await page.locator('#show-decline-form').click();
    await page.locator('#decline-reason').fill(' ');
    await page.locator('#confirm-decline').click();
    await expect(page.locator('#decline-reason-error')).toHaveText('Fill in this field.');
    await page.locator('#decline-reason').fill('No longer needed');
    await page.locator('#confirm-decline').click();
    await expect(page.locator('#appointment-requests-reason')).toHaveText('No longer needed');
    await expect.poll(async () => (await sim.events(service))[0]!.deleted).toBe(true);
  });
});
