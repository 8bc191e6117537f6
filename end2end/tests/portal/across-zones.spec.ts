// An appointment of a client in New York, in German, in the days on which only one side has changed its clocks; moved to a day on which both have.
import { type Entries, type Letter, appliedByIcalJs, appliedByPython, lettersTo, longestLine } from '../../fixtures/calendars';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { BO, NOBODY, beginsIn, enter, notice, offered } from '../../fixtures/portal';
import { openRequest } from '../../fixtures/requests';
import { expect, test } from '../../fixtures/test';

// Longer than a line of a calendar may be, and longer still in octets.
const SERVICE = 'Prüfung der Übergänge, Überwachungsgeräte und Türöffner in den größeren Außenstellen';

test.use({ role: 'dispatcher' });

test.afterEach(() => sql(`UPDATE contacts SET timezone = NULL, default_locale = NULL WHERE email = '${BO}'`));

const offset = (day: Date, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(day);
  const [, sign, hours] = /GMT([+-])(\d\d)/.exec(parts.find((part) => part.type === 'timeZoneName')!.value)!;
  return Number(hours) * (sign === '-' ? -1 : 1);
};

/** The next Wednesday on which Berlin and New York are not as far apart as usually, and the first after it on which they are. */
function wednesdays(): [string, string] {
  const day = new Date();
  day.setUTCHours(14, 0, 0, 0);
  const step = (days: number) => day.setUTCDate(day.getUTCDate() + days);
  step(3);
  while (day.getUTCDay() !== 3) step(1);
  const apart = () => offset(day, 'Europe/Berlin') - offset(day, 'America/New_York');
  while (apart() === 6) step(7);
  const odd = day.toISOString().slice(0, 10);
  while (apart() !== 6) step(7);
  return [odd, day.toISOString().slice(0, 10)];
}

/** Three in the afternoon in Berlin. */
const three = (day: string) => `${day}T${15 - offset(new Date(`${day}T12:00:00Z`), 'Europe/Berlin')}`;

async function letter(subject: string): Promise<Letter> {
  await expect.poll(() => lettersTo(BO, subject).filter((known) => known.subject.includes(SERVICE)).length, { timeout: 20_000 }).toBe(1);
  return lettersTo(BO, subject).find((known) => known.subject.includes(SERVICE))!;
}

test('asked for, confirmed, moved over a change of clocks, and cancelled: one entry in every calendar', async ({ page: staff, newContext, sim }) => {
  test.slow();
  const [odd, usual] = wednesdays();
  sql(`UPDATE contacts SET timezone = 'America/New_York', default_locale = 'de' WHERE email = '${BO}'`);
  const service = offered(SERVICE);
  notice(service, 24);
  sql(`UPDATE availability_settings SET advance_booking_days = 500 WHERE service_id = '${service}'`);
  const portal = await (await newContext({ ...NOBODY, locale: 'de-DE' })).newPage();
  await enter(portal, BO);

  // Five hours apart instead of six.
  await open(portal, `/client-portal/appointments/new?service=${service}&day=${odd}`);
  const slot = portal.locator('.slot').filter({ hasText: '(15:00)' });
  await expect(slot.locator('.slot-time')).toHaveText('10:00');
  await slot.locator('input').check();
  await portal.locator('#appointment-description').fill('Die Türöffner <b>klemmen</b>');
  await portal.locator('#appointment-submit-button').click();
  await expect(portal.locator('#portal-said')).toContainText('Ihre Anfrage ist gesendet.');
  await expect(portal.locator('#portal-my-time')).toContainText('10:00 – 10:30');
  await expect(portal.locator('#portal-their-time')).toContainText('15:00 – 15:30');
  const id = /appointments\/([0-9a-f-]{36})/.exec(portal.url())![1]!;

  await openRequest(staff, id);
  // Who works on the days to which it is moved.
  await staff.locator('#assign-technician').selectOption({ label: 'Tomas Berg' });
  await staff.locator('#approve-request').click();
  await expect(staff.locator('#appointment-requests-said')).toContainText('approved');
  const [event] = await sim.events(SERVICE);
  const link = event!.join_url!;
  expect(event!.start).toContain(`${three(odd)}:00`);
  const confirmed = await letter('Ihr Termin ist bestätigt');
  for (const wanted of ['10:00 – 10:30', 'America/New_York', '15:00 – 15:30', 'Europe/Berlin', link]) {
    expect(confirmed.plain).toContain(wanted);
  }
  // The page of the request lists what was sent.
  await open(staff, `/msp/appointment-requests/${id}`);
  const mails = staff.locator('#appointment-requests-mails li');
  await expect(mails.filter({ hasText: 'Confirmed' }).filter({ hasText: BO })).toContainText('Sent');

  // Another time, when both have changed their clocks.
  await open(portal, `/client-portal/appointments/${id}`);
  await expect(portal.locator('.badge')).toHaveText('Bestätigt');
  await expect(portal.locator('#portal-opens')).toContainText('09:50');
  await open(portal, `/client-portal/appointments/${id}/reschedule?day=${usual}`);
  const later = portal.locator('.slot').filter({ hasText: '(15:00)' });
  await expect(later.locator('.slot-time')).toHaveText('09:00');
  await later.locator('input').check();
  await portal.locator('#portal-wish-submit-button').click();
  await expect(portal.locator('#portal-wish')).toContainText('09:00 – 09:30');
  await openRequest(staff, id);
  await staff.locator('#appointment-requests-follow-wish').click();
  await staff.locator('#confirm-reschedule').click();
  await expect(staff.locator('#appointment-requests-said')).toContainText('moved');
  await expect(staff.locator('#join-teams-meeting-request-details')).toHaveAttribute('href', link);
  await expect.poll(async () => (await sim.events(SERVICE))[0]!.start, { timeout: 15_000 }).toContain(`${three(usual)}:00`);
  const moved = await letter('Ihr Termin wurde verschoben');
  for (const wanted of ['09:00 – 09:30', '15:00 – 15:30', '10:00 – 10:30', link]) expect(moved.plain).toContain(wanted);

  // The way in, and the end of it.
  beginsIn(id, 8);
  await open(portal, `/client-portal/appointments/${id}`);
  await expect(portal.locator('#join-teams-meeting-client-portal')).toHaveAttribute('href', link);
  sql(`UPDATE availability_settings SET minimum_notice_hours = 0 WHERE service_id = '${service}'`);
  await open(portal, `/client-portal/appointments/${id}`);
  await portal.locator('#cancel-appointment-button').click();
  await portal.locator('#portal-cancel-reason').fill('Sie öffnen wieder');
  await portal.locator('#portal-confirm-cancel').click();
  await expect(portal.locator('.badge')).toHaveText('Abgesagt');
  await openRequest(staff, id);
  await expect(staff.locator('#appointment-requests-reason')).toHaveText('Sie öffnen wieder');
  await expect.poll(async () => (await sim.events(SERVICE)).map((known) => known.deleted), { timeout: 15_000 }).toEqual([true]);
  const off = await letter('Sie haben abgesagt');

  // One entry in the client's calendar, whoever reads it: there, moved, gone.
  const series = [confirmed, moved, off].map((known) => known.calendar!);
  for (const text of series) expect(longestLine(text)).toBeLessThanOrEqual(75);
  const after = appliedByPython(series);
  expect(appliedByIcalJs(series)).toEqual(after);
  const only = (entries: Entries) => {
    expect(Object.keys(entries)).toEqual([expect.stringMatching(new RegExp(`^appointment-${id}@`))]);
    return Object.values(entries)[0]!;
  };
  const [first, second] = [only(after[0]!), only(after[1]!)];
  expect(after[2]).toEqual({});
  expect(first).toMatchObject({
    method: 'REQUEST',
    status: 'CONFIRMED',
    start: `${three(odd)}:00:00Z`,
    end: `${three(odd)}:30:00Z`,
    summary: expect.stringContaining(SERVICE) as string,
    url: link,
    location: 'Microsoft Teams',
    attendee: `mailto:${BO}`,
    organizer: expect.stringMatching(/^mailto:.+@northwind\.example$/) as string,
  });
  expect(second).toMatchObject({ ...first, sequence: second.sequence, start: `${three(usual)}:00:00Z`, end: `${three(usual)}:30:00Z` });
  expect(second.sequence).toBeGreaterThan(first.sequence);
});
