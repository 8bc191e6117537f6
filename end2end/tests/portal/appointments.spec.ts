// A client asks, staff decide, both see the same, and so does Microsoft.
import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { mailsTo } from '../../fixtures/mail';
import { open } from '../../fixtures/page';
import { ADA, BO, CY, DEE, NOBODY, ask, beginsIn, enter, notice, offered } from '../../fixtures/portal';
import { openRequest, recorded } from '../../fixtures/requests';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

test('asked for, approved with a meeting, moved as wished, joined, cancelled', async ({ page: staff, newContext, sim }) => {
  const name = 'From the portal to its end';
  const service = offered(name);
  const portal = await (await newContext(NOBODY)).newPage();
  await enter(portal, ADA);

  // The client asks, by the way that people take.
  await portal.locator('#request-appointment-button').click();
  await portal.locator(`#portal-service-${service}`).click();
  await expect(portal.locator('#portal-rule')).toContainText('At least 24 hours');
  await portal.locator('.tile-link').last().click();
  await expect(portal.locator('.tile-link').last()).toHaveAttribute('aria-current', 'date');
  await portal.locator('.slot input').first().check();
  await portal.locator('#appointment-description').fill('The label printer <b>again</b>');
  await expectAccessible(portal);
  await portal.locator('#appointment-submit-button').click();
  await expect(portal.locator('#portal-said')).toContainText('Your request is sent.');
  await expect(portal.locator('.badge')).toHaveText('Waiting for confirmation');
  await expect(portal.locator('#portal-description')).toHaveText('The label printer <b>again</b>');
  const id = /appointments\/([0-9a-f-]{36})/.exec(portal.url())![1]!;
  await expect(portal.locator('.request-reference')).toContainText(id.slice(0, 8).toUpperCase());
  await expect.poll(() => mailsTo(ADA, 'We have your request').length, { timeout: 15_000 }).toBeGreaterThan(0);

  // The dispatcher approves with a meeting.
  await openRequest(staff, id);
  await expect(staff.locator('#appointment-requests-description')).toContainText('The label printer <b>again</b>');
  await expect(staff.locator('#generate-teams-meeting')).toBeChecked();
  await staff.locator('#approve-request').click();
  await expect(staff.locator('#appointment-requests-said')).toContainText('approved');
  const [event] = await sim.events(name);
  const link = event!.join_url!;
  await expect.poll(() => mailsTo(ADA, link).length, { timeout: 15_000 }).toBe(1);
  expect(mailsTo(ADA, link)[0]).toContain('METHOD:REQUEST');

  // The client sees it, and asks for another time.
  await open(portal, `/client-portal/appointments/${id}`);
  await expect(portal.locator('.badge')).toHaveText('Confirmed');
  await expect(portal.locator('#join-teams-meeting-client-portal')).toHaveCount(0);
  await expect(portal.locator('#portal-opens')).toBeVisible();
  await expect(portal.locator('#portal-calendar-outlook')).toHaveAttribute('href', /^https:\/\/outlook\.office\.com\//);
  const file = await portal.request.get(`/api/portal/appointments/${id}/calendar`);
  expect(await file.text()).toContain(`UID:appointment-${id}@`);
  await expectAccessible(portal);
  await portal.locator('#portal-reschedule-button').click();
  await portal.locator('.tile-link').last().click();
  await expect(portal.locator('.tile-link').last()).toHaveAttribute('aria-current', 'date');
  await portal.locator('.slot input').last().check();
  await portal.locator('#portal-wish-note').fill('A trade fair');
  await portal.locator('#portal-wish-submit-button').click();
  await expect(portal.locator('#portal-said')).toContainText('asked for the other time');
  await expect(portal.locator('#portal-wish')).toContainText('A trade fair');

  // The dispatcher follows the wish; it is the same meeting.
  const before = recorded(id).meeting;
  await openRequest(staff, id);
  await expect(staff.locator('#appointment-requests-wish')).toContainText('A trade fair');
  await staff.locator('#appointment-requests-follow-wish').click();
  await staff.locator('#confirm-reschedule').click();
  await expect(staff.locator('#appointment-requests-said')).toContainText('moved');
  await expect(staff.locator('#appointment-requests-wish')).toHaveCount(0);
  await expect.poll(() => recorded(id).meeting).not.toBe(before);
  await expect(staff.locator('#join-teams-meeting-request-details')).toHaveAttribute('href', link);

  // Ten minutes before there is a way in.
  beginsIn(id, 8);
  await open(portal, `/client-portal/appointments/${id}`);
  await expect(portal.locator('#join-teams-meeting-client-portal')).toHaveAttribute('href', link);
  await open(portal, '/client-portal/appointments');
  await expect(portal.locator(`#portal-join-${id}`)).toHaveAttribute('href', link);
  // Too late to cancel here, until the provider needs less notice.
  await open(portal, `/client-portal/appointments/${id}`);
  await expect(portal.locator('#portal-rule')).toContainText('less than 24 hours');
  await expect(portal.locator('#cancel-appointment-button')).toHaveCount(0);
  notice(service, 0);
  await open(portal, `/client-portal/appointments/${id}`);
  await portal.locator('#cancel-appointment-button').click();
  const dialog = portal.locator('#portal-cancel-dialog');
  await expect(dialog.locator('#portal-cancel-reason')).toBeFocused();
  await expectAccessible(portal);
  await dialog.locator('#portal-cancel-reason').fill('It prints <i>again</i>');
  await dialog.locator('#portal-confirm-cancel').click();
  await expect(portal.locator('#portal-said')).toHaveText('The appointment is cancelled.');
  await expect(portal.locator('.badge')).toHaveText('Cancelled');
  await expect(portal.locator('#portal-state')).toContainText('You cancelled it');
  await expect(portal.locator('#portal-reason')).toHaveText('It prints <i>again</i>');
  await expect(portal.locator('#join-teams-meeting-client-portal')).toHaveCount(0);

  await openRequest(staff, id);
  await expect(staff.locator('.badge', { hasText: 'Cancelled' }).first()).toBeVisible();
  await expect(staff.locator('#appointment-requests-reason')).toHaveText('It prints <i>again</i>');
  await expect(staff.locator('#appointment-requests-decision')).toContainText('Ada Example');
  await expect.poll(async () => (await sim.events(name)).map((event) => event.deleted), { timeout: 15_000 }).toEqual([true]);
  await expect.poll(() => mailsTo(ADA, 'METHOD:CANCEL').filter((mail) => mail.includes(name)).length, { timeout: 15_000 }).toBe(1);
});

test('what is asked for twice, too late or not offered any more', async ({ newContext, guard }) => {
  guard.expectStatus(422, /api\/portal\/ask/);
  const name = 'Asked for by two';
  const service = offered(name);
  const [one, two] = [await (await newContext(NOBODY)).newPage(), await (await newContext(NOBODY)).newPage()];
  await enter(one, ADA);
  await enter(two, CY);
  for (const page of [one, two]) {
    await open(page, `/client-portal/appointments/new?service=${service}`);
    await page.locator('.slot input').first().check();
    await page.locator('#appointment-description').fill('Both want this');
  }
  await one.locator('#appointment-submit-button').dblclick();
  await expect(one.locator('#portal-said')).toContainText('Your request is sent.');
  expect(sql(`SELECT count(*) FROM appointment_requests WHERE service_id = '${service}'`)).toBe('1');
  await two.locator('#appointment-submit-button').click();
  await expect(two.locator('#portal-ask-summary')).toContainText('This time is not free any more.');
  await expect(two.locator('#appointment-description')).toHaveValue('Both want this');
  sql(`UPDATE service_catalog SET is_active = false WHERE service_id = '${service}'`);
  await two.locator('.slot input').first().check();
  await two.locator('#appointment-submit-button').click();
  await expect(two.locator('#portal-ask-summary')).toContainText('cannot be asked for any more');
});

test('nobody sees what belongs to somebody else', async ({ newContext, guard }) => {
  guard.expectStatus(404, /client-portal|api\/portal/);
  const service = offered('Of Ada alone');
  const portal = await (await newContext(NOBODY)).newPage();
  await enter(portal, ADA);
  const id = await ask(portal, service, 'Only ours');
  for (const email of [BO, CY, DEE]) {
    const page = await (await newContext(NOBODY)).newPage();
    await enter(page, email, '/client-portal/appointments');
    await expect(page.locator(`#view-appointment-${id}`)).toHaveCount(0);
    expect(await open(page, `/client-portal/appointments/${id}`)).toBe(404);
    expect(await open(page, `/client-portal/appointments/${id}/reschedule`)).toBe(404);
    await expect(page.locator('#not-found')).toBeVisible();
    expect((await page.request.get(`/api/portal/appointments/${id}/calendar`)).status()).toBe(404);
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false, role: null });

  test('a client asks, changes the time, and cancels', async ({ page }) => {
    const service = offered('Without any script');
    await page.goto('/auth/client-portal/signin?next=%2Fclient-portal%2Fappointments%2Fnew');
    await page.locator('#client-email-field').fill(ADA);
    await page.locator('#client-password-field').fill('Passw0rd!');
    await page.locator('#client-sign-in-button').click();
    await page.locator(`#portal-service-${service}`).click();
    await page.locator('#appointment-description').fill('Nothing is lost');
    // No time was chosen.
    await page.locator('#appointment-submit-button').click();
    await expect(page.locator('#portal-ask-summary')).toContainText('Choose a time.');
    await expect(page.locator('#appointment-description')).toHaveValue('Nothing is lost');
    await page.locator('.slot input').first().check();
    await page.locator('#appointment-submit-button').click();
    await expect(page.locator('#portal-said')).toContainText('Your request is sent.');
    await page.locator('#portal-reschedule-button').click();
    await page.locator('.tile-link').last().click();
    await page.locator('.slot input').last().check();
    await page.locator('#portal-wish-submit-button').click();
    await expect(page.locator('#portal-said')).toHaveText('The time is changed.');
    await page.locator('#cancel-appointment-button').click();
    await page.locator('#portal-confirm-cancel').click();
    await expect(page.locator('#portal-said')).toHaveText('The appointment is cancelled.');
    await expect(page.locator('.badge')).toHaveText('Cancelled');
  });
});

test.describe('in German, from another zone', () => {
  test.use({ locale: 'de-DE' });

  test('the same in the client’s words and on the client’s clock', async ({ page, newContext }) => {
    sql(`UPDATE contacts SET timezone = 'America/New_York' WHERE email = '${BO}'`);
    const service = offered('In anderer Zeitzone');
    const portal = await (await newContext({ ...NOBODY, locale: 'de-DE' })).newPage();
    await enter(portal, BO);
    await open(portal, `/client-portal/appointments/new?service=${service}`);
    await expect(portal.getByRole('heading', { level: 1 })).toHaveText('Termin anfragen');
    await expect(portal.locator('#portal-slots-zone')).toContainText('America/New_York');
    await expect(portal.locator('#portal-slots-zone')).toContainText('Europe/Berlin');
    const slot = portal.locator('.slot').first();
    await expect(slot.locator('.slot-time')).toHaveText(/^0[3-9]:|^1\d:/);
    await expect(slot.locator('.slot-theirs')).toHaveText(/^\((09|1\d):\d\d\)$/);
    await slot.locator('input').check();
    await portal.locator('#appointment-submit-button').click();
    await expect(portal.locator('#portal-said')).toContainText('Ihre Anfrage ist gesendet.');
    await expect(portal.locator('#portal-their-time')).toContainText('Europe/Berlin');
    const id = /appointments\/([0-9a-f-]{36})/.exec(portal.url())![1]!;
    await openRequest(page, id);
    await expect(page.locator('#appointment-requests-facts')).toContainText('America/New_York');
    sql(`UPDATE contacts SET timezone = NULL WHERE email = '${BO}'`);
  });
});

test('a month shows the days of the appointments, by address, on a phone as a list', async ({ newContext }) => {
  const service = offered('Seen in the calendar');
  const portal = await (await newContext(NOBODY)).newPage();
  await enter(portal, BO);
  const id = await ask(portal, service, 'For the calendar');
  const month = sql(`SELECT to_char(requested_date, 'YYYY-MM') FROM appointment_requests WHERE appointment_request_id = '${id}'`);
  const day = sql(`SELECT extract(day FROM requested_date) FROM appointment_requests WHERE appointment_request_id = '${id}'`);
  await open(portal, '/client-portal/appointments');
  await portal.locator('#appointments-view-calendar').click();
  await expect(portal.locator('#calendar-days')).toBeVisible();
  await open(portal, `/client-portal/appointments?view=calendar&month=${month}`);
  const entry = portal.locator(`#calendar-appointment-${id}`);
  await expect(entry).toContainText('Seen in the calendar');
  await expect(portal.locator('.month-day', { has: entry }).locator('.month-number')).toHaveText(day);
  await expectAccessible(portal);
  await portal.locator('#calendar-next-month').click();
  // Only then does the way back lead to where it came from.
  const before = new RegExp(`view=calendar&month=${month.replace('-', '(-|%2D)')}$`);
  await expect(portal.locator('#calendar-prev-month')).toHaveAttribute('href', before);
  await portal.locator('#calendar-prev-month').click();
  await expect(portal).toHaveURL(before);
  await expect(entry).toBeVisible();
  await portal.setViewportSize({ width: 390, height: 800 });
  await expect(portal.locator('.month-day:visible')).not.toHaveCount(0);
  await expect(portal.locator('.month-day:visible').filter({ hasNot: portal.locator('.month-row') })).toHaveCount(0);
  await expectAccessible(portal);
  await entry.click();
  await expect(portal).toHaveURL(new RegExp(`/appointments/${id}$`));
});
