// A client wants a meeting otherwise that staff have made: both see it at once, and so does Microsoft.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../../fixtures/a11y';
import { mailsTo } from '../../fixtures/mail';
import { scheduled } from '../../fixtures/meeting';
import { open } from '../../fixtures/page';
import { ADA, BO, CY, DEE, NOBODY, enter, meetingCalled, wishFor } from '../../fixtures/portal';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

/** Chooses the last day that has a time, and a time of it. */
async function choose(portal: Page): Promise<void> {
  await portal.locator('.tile-link').last().click();
  await expect(portal.locator('.tile-link').last()).toHaveAttribute('aria-current', 'date');
  await portal.locator('.slot input').first().check();
}

test('another time is asked for and followed, then it is cancelled', async ({ page: staff, newContext, sim }) => {
  const subject = 'Made by staff, changed by the client';
  const path = await scheduled(staff, subject);
  const meeting = meetingCalled(subject);
  const [event] = await sim.events(subject);
  const portal = await (await newContext(NOBODY)).newPage();
  await enter(portal, BO, `/client-portal/meetings/${meeting}`);
  await expect(portal.locator('#portal-rule')).toContainText('24 hours before the start');
  await expectAccessible(portal);
  await portal.locator('#portal-reschedule-button').click();
  await expect(portal.locator('#portal-until-now')).toContainText(subject);
  await choose(portal);
  await portal.locator('#portal-wish-note').fill('A <b>trade</b> fair');
  await expectAccessible(portal);
  await portal.locator('#portal-wish-submit-button').click();
  await expect(portal.locator('#portal-said')).toContainText('asked for the other time');
  await expect(portal.locator('#portal-wish')).toContainText('A <b>trade</b> fair');

  // Staff see it where they work, and follow it; the portal's page shows that without being loaded again.
  await open(staff, '/msp/appointment-requests');
  const waiting = staff.locator('#appointment-requests-wishes');
  await expect(waiting).toContainText(subject);
  await expectAccessible(staff);
  await waiting.getByRole('link', { name: subject }).click();
  const wish = staff.locator('#online-meeting-wish');
  await expect(wish).toContainText('A <b>trade</b> fair');
  await expectAccessible(staff);
  await staff.locator('#online-meeting-follow-wish').click();
  await expect(wish).toHaveCount(0);
  await expect(portal.locator('#portal-wish')).toHaveCount(0, { timeout: 15_000 });
  await expect.poll(async () => (await sim.events(subject))[0]!.start, { timeout: 15_000 }).not.toBe(event!.start);
  expect((await sim.events(subject))[0]!.join_url).toBe(event!.join_url);

  // Another wish, which is not followed.
  await portal.locator('#portal-reschedule-button').click();
  await portal.locator('.slot input').last().check();
  await portal.locator('#portal-wish-submit-button').click();
  await expect(portal.locator('#portal-wish')).toBeVisible();
  await open(staff, path);
  await staff.locator('#online-meeting-keep-time').click();
  await expect(wish).toHaveCount(0);
  await expect(portal.locator('#portal-wish')).toHaveCount(0, { timeout: 15_000 });
  await expect.poll(() => mailsTo(BO, subject).filter((mail) => mail.includes('It stays at this time')).length, { timeout: 15_000 }).toBe(1);

  // The client cancels; staff see who, and why.
  await portal.locator('#cancel-appointment-button').click();
  const dialog = portal.locator('#portal-cancel-dialog');
  await expect(dialog).toContainText('for everybody who was invited');
  await expect(dialog.locator('#portal-cancel-reason')).toBeFocused();
  await expectAccessible(portal);
  await dialog.locator('#portal-cancel-reason').fill('We <i>moved</i>');
  await dialog.locator('#portal-confirm-cancel').click();
  await expect(portal.locator('#portal-said')).toHaveText('The appointment is cancelled.');
  await expect(portal.locator('.badge')).toHaveText('Cancelled');
  await expect(portal.locator('#portal-state')).toContainText('You cancelled it');
  await expect(portal.locator('#portal-reason')).toHaveText('We <i>moved</i>');
  await expect(portal.locator('#portal-reschedule-button')).toHaveCount(0);
  await expect(staff.locator('#online-meeting-cancelled')).toContainText('in the client portal', { timeout: 15_000 });
  await expect(staff.locator('#online-meeting-reason')).toHaveText('We <i>moved</i>');
  await expect.poll(async () => (await sim.events(subject)).map((event) => event.deleted), { timeout: 15_000 }).toEqual([true]);
});

test('nobody changes what they do not take part in', async ({ page: staff, newContext, guard }) => {
  guard.expectStatus(404, /client-portal|api\/portal/);
  const subject = 'Nothing for other clients';
  await scheduled(staff, subject);
  const meeting = meetingCalled(subject);
  for (const email of [CY, DEE]) {
    const page = await (await newContext(NOBODY)).newPage();
    await enter(page, email);
    expect(await open(page, `/client-portal/meetings/${meeting}`), email).toBe(404);
    expect(await open(page, `/client-portal/meetings/${meeting}/reschedule`), email).toBe(404);
    await expect(page.locator('#not-found')).toBeVisible();
  }
});

test('an open list and an open appointment show what staff decide', async ({ page: staff, newContext }) => {
  const subject = 'Appears in the portal by itself';
  const portal = await (await newContext(NOBODY)).newPage();
  await enter(portal, ADA, '/client-portal/appointments');
  await scheduled(staff, subject);
  await expect(portal.locator('.portal-row', { hasText: subject })).toBeVisible({ timeout: 15_000 });
});

test('without script a client asks for another time, and cancels', async ({ page: staff, newContext }) => {
  const subject = 'Changed without any script';
  const path = await scheduled(staff, subject);
  const meeting = meetingCalled(subject);
  const page = await (await newContext({ ...NOBODY, javaScriptEnabled: false })).newPage();
  await page.goto(`/auth/client-portal/signin?next=${encodeURIComponent(`/client-portal/meetings/${meeting}`)}`);
  await page.locator('#client-email-field').fill(ADA);
  await page.locator('#client-password-field').fill('Passw0rd!');
  await page.locator('#client-sign-in-button').click();
  await page.locator('#portal-reschedule-button').click();
  await page.locator('#portal-wish-note').fill('Nothing is lost');
  // No time was chosen.
  await page.locator('#portal-wish-submit-button').click();
  await expect(page.locator('#portal-slots-error')).toContainText('Choose a time.');
  await expect(page.locator('#portal-wish-note')).toHaveValue('Nothing is lost');
  await page.locator('.slot input').first().check();
  await page.locator('#portal-wish-submit-button').click();
  await expect(page.locator('#portal-said')).toContainText('asked for the other time');
  await open(staff, path);
  await expect(staff.locator('#online-meeting-wish')).toContainText('Nothing is lost');
  await page.locator('#cancel-appointment-button').click();
  await page.locator('#portal-confirm-cancel').click();
  await expect(page.locator('#portal-said')).toHaveText('The appointment is cancelled.');
  await expect(page.locator('.badge')).toHaveText('Cancelled');
});

test('on a phone the wish stands on the meeting’s page, in the client’s words', async ({ page: staff, newContext }) => {
  const subject = 'Wished for on the phone';
  await scheduled(staff, subject);
  const meeting = meetingCalled(subject);
  wishFor(meeting, BO, 'Eine Messe');
  const phone = await (await newContext({ ...NOBODY, locale: 'de-DE', viewport: { width: 390, height: 800 } })).newPage();
  await enter(phone, BO, `/client-portal/meetings/${meeting}`);
  await expect(phone.locator('#portal-wish')).toContainText('Eine Messe');
  await expectAccessible(phone);
  await phone.locator('#cancel-appointment-button').click();
  await expect(phone.locator('#portal-cancel-dialog')).toContainText('für alle Eingeladenen');
  await expectAccessible(phone);
  await phone.locator('#portal-keep-button').click();
  await expect(phone.locator('#portal-cancel-dialog')).toHaveCount(0);
  await expect(phone.locator('#cancel-appointment-button')).toBeFocused();
});
