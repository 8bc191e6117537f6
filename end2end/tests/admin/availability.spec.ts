// When staff can be asked for: decided by themselves or by administrators, and what clients can choose follows.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { ACCOUNTS } from '../../fixtures/login';
import { open } from '../../fixtures/page';
import { BO, NOBODY, demoService, enter, offered } from '../../fixtures/portal';
import { expect, test } from '../../fixtures/test';

const PAGE = '/msp/settings/availability';
const user = (email: string) => sql(`SELECT user_id FROM users WHERE email = '${email}'`);
/** The Monday after next, as forms and addresses have it. */
const monday = () => sql("SELECT to_char(date_trunc('week', now() AT TIME ZONE 'Europe/Berlin') + interval '14 days', 'YYYY-MM-DD')");

test.afterEach(() => {
  sql(`DELETE FROM availability_exceptions;
    DELETE FROM availability_settings WHERE setting_type IN ('user_hours', 'general_settings');
    INSERT INTO availability_settings (tenant, setting_type, user_id, day_of_week, start_time, end_time)
    SELECT u.tenant, 'user_hours', u.user_id, h.day, h.start_time, h.end_time
      FROM users u JOIN (VALUES ('${ACCOUNTS.tech}', 1, '09:00'::time, '17:00'::time), ('${ACCOUNTS.tech}', 2, '09:00', '17:00'),
                                ('${ACCOUNTS.tech}', 3, '09:00', '17:00'), ('${ACCOUNTS.tech}', 4, '09:00', '17:00'),
                                ('${ACCOUNTS.tech}', 5, '09:00', '17:00'), ('${ACCOUNTS.dispatcher}', 2, '13:00', '16:00'),
                                ('${ACCOUNTS.dispatcher}', 4, '13:00', '16:00')) AS h(email, day, start_time, end_time) USING (email)`);
});

/** What a client can choose on a day, with somebody; nothing where another day is shown instead. */
async function free(portal: Page, service: string, technician: string, day: string): Promise<string[]> {
  await open(portal, `/client-portal/appointments/new?service=${service}&technician=${technician}&day=${day}`);
  const shown = portal.locator('.tile-link[aria-current="date"]');
  if ((await shown.count()) === 0 || !decodeURIComponent((await shown.getAttribute('href'))!).includes(day)) return [];
  return portal.locator('.slot-time').allTextContents();
}

test.describe('a technician', () => {
  test.use({ role: 'tech' });

  test('decides about their own hours and days, and clients see it', async ({ page, newContext, guard }) => {
    guard.expectStatus(422, /\/api\/settings\/save-hours/);
    const [tomas, day, service] = [user(ACCOUNTS.tech), monday(), offered('Hours of a technician')];
    const portal = await (await newContext(NOBODY)).newPage();
    await enter(portal, BO);
    expect(await free(portal, service, tomas, day)).toContain('16:30');

    await open(page, '/msp/appointment-requests');
    await page.locator('#configure-availability-button').click();
    await expect(page.locator('#configured-users-table .entry')).toHaveCount(1);
    await expect(page.locator('#configured-services-table')).toHaveCount(0);
    await expectAccessible(page);
    await page.locator(`#edit-user-${tomas}`).click();
    const dialog = page.locator('#user-hours-dialog');
    await expect(page.locator('#day-1-available')).toBeFocused();
    await expectAccessible(page);
    await page.locator('#day-1-start-time').fill('13:00');
    await page.locator('#day-1-end-time').fill('12:00');
    await page.locator('#day-2-second-start-time').fill('16:00');
    await page.locator('#day-2-second-end-time').fill('18:00');
    await page.locator('#save-user-hours').click();
    await expect(page.locator('#day-1-error')).toHaveText('The end must come after the start.');
    await expect(page.locator('#day-2-error')).toContainText('overlap');
    await expect(page.locator('#day-1-start-time')).toBeFocused();
    await expect(page.locator('#day-1-start-time')).toHaveValue('13:00');
    await page.locator('#day-1-end-time').fill('14:00');
    await page.locator('#day-2-available').uncheck();
    await page.locator('#save-user-hours').click();
    await expect(dialog).toHaveCount(0);
    await expect(page.locator('#availability-said')).toHaveText('Saved.');
    await expect(page.locator(`#edit-user-${tomas}`)).toBeFocused();
    await expect(page.locator(`#user-hours-${tomas} .hours-week`)).toContainText('Mon 13:00 – 14:00');
    expect(await free(portal, service, tomas, day)).toEqual(['13:00', '13:30']);

    await page.locator('#add-exception-link').click();
    await expect(page.locator('#exception-user-selector option')).toHaveCount(1);
    await page.locator('#exception-day').fill(day);
    await page.locator('#exception-reason').fill('<b>Dentist</b>');
    await page.locator('#add-exception').click();
    await expect(page.locator('#availability-exceptions .entry')).toContainText('<b>Dentist</b>');
    expect(await free(portal, service, tomas, day)).toEqual([]);
    await page.locator('#availability-exceptions button').click();
    await expect(page.locator('#availability-no-days')).toBeVisible();
    await expect(page.locator('#availability-said')).toHaveText('Deleted.');
    expect(await free(portal, service, tomas, day)).toEqual(['13:00', '13:30']);
  });
});

test.describe('an administrator without script', () => {
  test.use({ role: 'admin', javaScriptEnabled: false });

  test('decides for everybody, and what holds for services', async ({ page }) => {
    const dana = user(ACCOUNTS.dispatcher);
    const service = demoService('Backup check');
    await page.goto(PAGE);
    await expect(page.locator('#settings-availability-link')).toHaveAttribute('aria-current', 'page');
    await page.locator(`#edit-user-${dana}`).click();
    await page.locator('#day-6-available').check();
    await page.locator('#day-6-start-time').fill('12:00');
    await page.locator('#day-6-end-time').fill('10:00');
    await page.locator('#save-user-hours').click();
    await expect(page.locator('#day-6-error')).toHaveText('The end must come after the start.');
    await expect(page.locator('#day-6-start-time')).toHaveValue('12:00');
    await expect(page.locator('#day-6-available')).toBeChecked();
    await page.locator('#day-6-end-time').fill('15:00');
    await page.locator('#save-user-hours').click();
    await expect(page.locator('#availability-said')).toHaveText('Saved.');
    await expect(page.locator(`#user-hours-${dana} .hours-week`)).toContainText('Sat 12:00 – 15:00');
    await page.locator(`#edit-user-${dana}`).click();
    await page.locator(`#delete-user-${dana}`).click();
    await expect(page.locator('#availability-said')).toHaveText('The hours were removed.');

    await page.locator('#add-exception-link').click();
    await page.locator('#exception-user-selector').selectOption({ label: 'Everybody' });
    await page.locator('#exception-day').fill(monday());
    await page.locator('#add-exception').click();
    await expect(page.locator('#availability-exceptions .entry')).toContainText('Everybody');

    await page.locator(`#edit-service-${service}`).click();
    await page.locator('#service-default-duration').fill('5');
    await page.locator('#save-service-rules').click();
    await expect(page.locator('#service-default-duration-error')).toContainText('15 to 480');
    await expect(page.locator('#service-default-duration')).toHaveValue('5');
    await page.locator('#service-default-duration').fill('90');
    await page.locator('#save-service-rules').click();
    await expect(page.locator(`#service-rules-${service}`)).toContainText('90 min');
    await page.locator('#minimum-notice-hours').fill('99999999999');
    await page.locator('#save-general-settings').click();
    await expect(page.locator('#minimum-notice-hours-error')).toContainText('0 to 8760');
    await page.locator('#minimum-notice-hours').fill('4');
    await page.locator('#save-general-settings').click();
    await expect(page.locator(`#service-rules-${service}`)).toContainText('Notice: 4 h');
    sql(`DELETE FROM availability_settings WHERE service_id = '${service}'`);
  });
});
