// One meeting in all its places: each walk compares the request, the schedule, the timeline and Microsoft after every step.
import { type Page } from '@playwright/test';
import { sql } from '../../fixtures/database';
import { mailsTo } from '../../fixtures/mail';
import { clientPath, open } from '../../fixtures/page';
import { asked, openRequest, recorded } from '../../fixtures/requests';
import { block, timesOf } from '../../fixtures/schedule';
import type { Sim } from '../../fixtures/sim';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'admin', viewport: { width: 1280, height: 1000 } });

/** Approves a request for a day on which nothing of the demo is; says the link. */
async function approved(page: Page, id: string, wall: string): Promise<string> {
  await openRequest(page, id);
  await page.locator('#final-datetime').fill(wall);
  await page.locator('#approve-request').click();
  const join = page.locator('#join-teams-meeting-request-details');
  await expect(join).toBeVisible();
  return (await join.getAttribute('href'))!;
}

/** The request, its entry, its record and its meeting, and Microsoft's event, say the same: this moment in UTC. */
async function agree(sim: Sim, id: string, service: string, moment: string, wall: string): Promise<void> {
  await expect.poll(() => recorded(id)).toMatchObject({ status: 'approved', wall, entry: moment, meeting: moment, interaction: moment });
  const [event, ...more] = await sim.events(service);
  expect(more).toEqual([]);
  expect([event!.start.slice(0, 16), event!.deleted]).toEqual([moment, false]);
}

const cancelled = (service: string) => sql(`SELECT status FROM online_meetings WHERE subject = '${service}'`);

test('a request is approved, dragged to another day and cancelled with a message', async ({ page, sim }) => {
  const service = 'From a request to its end';
  const id = asked({ service });
  const link = await approved(page, id, '2027-05-11T08:00');
  await agree(sim, id, service, '2027-05-11T12:00', '2027-05-11T08:00');

  await open(page, '/msp/schedule?view=week&who=team&date=2027-05-10');
  const entry = block(page, service);
  await expect(entry).toBeVisible();
  const from = (await entry.boundingBox())!;
  const target = (await page.locator('a.cal-slot[href*="new=2027-05-13T16:00"]').boundingBox())!;
  await page.mouse.move(from.x + 40, from.y + 4);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 30, { steps: 4 });
  await page.mouse.move(target.x + 40, target.y + 4, { steps: 8 });
  await page.mouse.up();
  const question = page.locator('#move-entry-dialog');
  await expect(question).toContainText('Move to Thu, 13 May 2027, 16:00');
  await expect(question).toContainText('10:00');
  await page.locator('#move-entry-confirm').click();
  await expect(question).toHaveCount(0);
  await agree(sim, id, service, '2027-05-13T14:00', '2027-05-13T10:00');
  await openRequest(page, id);
  await expect(page.locator('#join-teams-meeting-request-details')).toHaveAttribute('href', link);
  await expect(page.locator('#appointment-requests-their-time')).toContainText('13 May 2027, 10:00 – 10:30');
  await page.locator('#appointment-requests-interaction-link').click();
  await expect(page.locator('#online-meeting-join-button')).toHaveAttribute('href', link);

  await page.locator('#online-meeting-cancel-button').click();
  await page.locator('#cancel-meeting-message').fill('Next month instead');
  await page.locator('#cancel-meeting-dialog-confirm').click();
  await expect(page.locator('#online-meeting-undo-button')).toBeVisible();
  await expect.poll(async () => (await sim.events(service))[0]!.deleted, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => cancelled(service)).toBe('cancelled');
  await expect(page.locator('#interaction-online-meeting-section')).toContainText('The meeting was cancelled.');
  await openRequest(page, id);
  await expect(page.locator('#join-teams-meeting-request-details')).toHaveCount(0);
  await expect(page.locator('#appointment-requests-meeting')).toContainText('The meeting was cancelled.');
  await open(page, '/msp/schedule?view=week&who=team&date=2027-05-10');
  await expect(block(page, service)).toHaveClass(/is-cancelled/);
  await open(page, `${await clientPath(page, 'Acme Manufacturing')}?q=${encodeURIComponent(service)}`);
  await expect(page.locator('.timeline .row', { hasText: service })).toContainText('Cancelled');
  // Approved, moved, cancelled: whoever asked hears of each, from wherever it is done.
  await expect.poll(() => mailsTo('ada@acme.example', service).length, { timeout: 15_000 }).toBe(3);
  const off = mailsTo('ada@acme.example', service).filter((mail) => mail.includes('METHOD:CANCEL'));
  expect(off).toHaveLength(1);
  expect(off[0]).toContain('Next month instead');
});

test('the record of an approved request is deleted, and nothing is left to come to', async ({ page, sim, guard }) => {
  guard.expectStatus(404, /interactions/);
  const service = 'Deleted after its approval';
  const id = asked({ service });
  await approved(page, id, '2027-05-11T09:00');
  await page.locator('#appointment-requests-interaction-link').click();
  await expect(page).toHaveURL(/\/msp\/interactions\//);
  const path = new URL(page.url()).pathname;
  await page.locator('#interaction-details-delete-button').click();
  await page.locator('#delete-interaction-dialog-confirm').click();
  await expect(page).toHaveURL(/\/msp\/clients\//);
  await expect.poll(async () => (await sim.events(service))[0]!.deleted, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => mailsTo('ada@acme.example', service).filter((mail) => mail.includes('METHOD:CANCEL')).length, { timeout: 15_000 }).toBe(1);
  expect(await open(page, path)).toBe(404);
  expect(recorded(id)).toMatchObject({ meeting: '-', interaction: '-' });
  await openRequest(page, id);
  await expect(page.locator('#join-teams-meeting-request-details')).toHaveCount(0);
  await open(page, '/msp/schedule?view=week&who=team&date=2027-05-10');
  await expect(block(page, service).and(page.locator(':not(.is-cancelled)'))).toHaveCount(0);
});

for (const { night, wall, utc, theirs, mine, date } of [
  // In New York the clocks go from 2 to 3 on 14 March 2027, in Berlin two weeks later.
  { night: 'New York goes forward', wall: '2027-03-14T03:15', utc: '2027-03-14T07:15', theirs: '03:15', mine: '08:15', date: '2027-03-08' },
  { night: 'New York is ahead of Berlin', wall: '2027-03-16T09:00', utc: '2027-03-16T13:00', theirs: '09:00', mine: '14:00', date: '2027-03-15' },
  // In Berlin they go from 3 to 2 on 31 October, in New York from 2 to 1 on 7 November.
  { night: 'Berlin goes back', wall: '2027-10-30T21:30', utc: '2027-10-31T01:30', theirs: '21:30', mine: '02:30', date: '2027-10-25' },
  { night: 'New York goes back', wall: '2027-11-07T03:00', utc: '2027-11-07T08:00', theirs: '03:00', mine: '09:00', date: '2027-11-01' },
]) {
  test(`in the night in which ${night} every clock is right`, async ({ page, sim }) => {
    const service = `When ${night}`;
    const id = asked({ service });
    await approved(page, id, wall);
    await agree(sim, id, service, utc, wall);
    await expect(page.locator('#appointment-requests-their-time')).toContainText(`${theirs} –`);
    await expect(page.locator('#appointment-requests-my-time')).toContainText(mine);
    await open(page, `/msp/schedule?view=week&who=team&hours=all&date=${date}`);
    await expect(block(page, service)).toContainText(mine);
    // A quarter of an hour later, by keys.
    await block(page, service).focus();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('#move-entry-confirm').click();
    await expect(page.locator('#move-entry-dialog')).toHaveCount(0);
    const later = (time: string) => new Date(Date.parse(`${time}Z`) + 15 * 60_000).toISOString().slice(0, 16);
    await agree(sim, id, service, later(utc), later(wall));
  });
}

test('over the hour that Berlin skips, an entry is moved by what the clocks show', async ({ page }) => {
  const title = 'Night shift';
  sql(`WITH e AS (INSERT INTO schedule_entries (tenant, title, scheduled_start, scheduled_end, status, work_item_type)
                  SELECT tenant, '${title}', '2027-03-28T00:30Z', '2027-03-28T01:00Z', 'scheduled', 'ad_hoc'
                    FROM tenants WHERE client_name = 'Northwind IT' RETURNING tenant, entry_id)
    INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
    SELECT e.tenant, entry_id, user_id FROM e JOIN users u ON u.tenant = e.tenant WHERE email = 'admin@northwind.example'`);
  await open(page, '/msp/schedule?view=day&hours=all&date=2027-03-28');
  await expect(block(page, title)).toContainText('01:30');
  await block(page, title).focus();
  // A quarter of an hour at a time: 1:45, 3:00.
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#schedule-said')).toContainText('03:00 – 03:30');
  await page.keyboard.press('Enter');
  await expect.poll(() => timesOf(title)).toEqual(['entry 2027-03-28T01:00']);
  await expect(block(page, title)).toContainText('03:00');
});
