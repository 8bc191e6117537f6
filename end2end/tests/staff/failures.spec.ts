import { setOpen } from '../../fixtures/database';
import { hydrated } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import type { Fault } from '../../fixtures/sim';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

const NOTES = 'Agenda:\n1. Backups\n2. Prices';

/** A filled-in form for a meeting with everything that could get lost. */
async function filledIn(page: Parameters<typeof QuickAdd.openFor>[0], subject: string): Promise<QuickAdd> {
  const quickAdd = await QuickAdd.openFor(page, 'Globex');
  await quickAdd.fillMeeting(subject);
  await quickAdd.contact.selectOption({ label: 'Cy Sample' });
  await quickAdd.address.fill('ops@globex.example');
  await quickAdd.address.press('Enter');
  await quickAdd.start.fill('2027-05-04T10:00');
  await quickAdd.end.fill('2027-05-04T11:15');
  await quickAdd.notes.fill(NOTES);
  return quickAdd;
}

async function expectNothingLost(quickAdd: QuickAdd, subject: string): Promise<void> {
  await expect(quickAdd.type.locator('option:checked')).toHaveText('Online Meeting');
  await expect(quickAdd.title).toHaveValue(subject);
  await expect(quickAdd.contact.locator('option:checked')).toHaveText('Cy Sample');
  await expect(quickAdd.chips).toHaveText(['Cy Sample', 'ops@globex.example']);
  await expect(quickAdd.start).toHaveValue('2027-05-04T10:00');
  await expect(quickAdd.end).toHaveValue('2027-05-04T11:15');
  await expect(quickAdd.teams).toBeChecked();
  await expect(quickAdd.notes).toHaveValue(NOTES);
}

interface Case {
  name: string;
  faults: Fault[];
  status: number;
  says: string | RegExp;
}

const CASES: Case[] = [
  {
    name: 'refuses',
    faults: [{ route: 'create-event', times: 100, answer: { status: 403, code: 'ErrorAccessDenied' } }],
    status: 502,
    says: 'Microsoft refused to make the meeting.',
  },
  {
    name: 'throttles',
    faults: [{ route: 'create-event', times: 100, answer: { status: 429, retry_after: 120 } }],
    status: 503,
    says: /Microsoft asks us to slow down\..*Another try makes sense in 120 seconds\./s,
  },
  {
    name: 'fails',
    faults: [{ route: 'create-event', times: 100, answer: { status: 503 } }],
    status: 503,
    says: 'Microsoft did not answer.',
  },
  {
    name: 'hangs up before it does anything',
    faults: [{ route: 'create-event', times: 100, answer: 'drop-before' }],
    status: 503,
    says: 'Microsoft did not answer.',
  },
];

for (const { name, faults, status, says } of CASES) {
  test.describe(`when Microsoft ${name}`, () => {
    test.setTimeout(90_000);

    test('what was typed stays, and another try makes one meeting', async ({ page, sim, guard }) => {
      const subject = `Retried: ${name}`;
      const quickAdd = await filledIn(page, subject);
      guard.expectStatus(status, /\/api\/interactions\/add/);
      for (const fault of faults) await sim.fault(fault);
      await quickAdd.save.click();
      await expect(quickAdd.errors).toContainText(says, { timeout: 45_000 });
      await expect(quickAdd.errors).toBeFocused();
      await expect(quickAdd.retry).toHaveText('Try again');
      await expect(quickAdd.withoutMeeting).toHaveText('Save without Teams meeting');
      await expectNothingLost(quickAdd, subject);

      await sim.clearFaults();
      await quickAdd.retry.click();
      const row = quickAdd.row(`Online Meeting: ${subject}`);
      await expect(row).toBeVisible({ timeout: 45_000 });
      await expect(quickAdd.dialog).toBeHidden();
      const events = await sim.events(subject);
      expect(events.filter((event) => !event.deleted)).toHaveLength(1);
      expect(events).toHaveLength(1);
      expect(events[0]!.join_url).not.toBeNull();
      expect(events[0]!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual([
        'cy@globex.example',
        'ops@globex.example',
      ]);
    });

    test('the record is saved without a meeting', async ({ page, sim, guard }) => {
      const subject = `Without: ${name}`;
      const quickAdd = await filledIn(page, subject);
      guard.expectStatus(status, /\/api\/interactions\/add/);
      for (const fault of faults) await sim.fault(fault);
      await quickAdd.save.click();
      await expect(quickAdd.errors).toContainText(says, { timeout: 45_000 });
      await quickAdd.withoutMeeting.click();
      const row = quickAdd.row(subject);
      await expect(row).toBeVisible({ timeout: 45_000 });
      await expect(row.getByRole('link', { name: /^Join/ })).toHaveCount(0);
      await expect(quickAdd.dialog).toBeHidden();
      await expect(quickAdd.row(`Online Meeting: ${subject}`)).toHaveCount(0);
      expect(await sim.events(subject)).toEqual([]);
      await row.getByRole('link').first().click();
      await expect(page.locator('#interaction-details-notes li')).toHaveText(['Backups', 'Prices']);
      await expect(page.locator('#interaction-online-meeting-section')).toHaveCount(0);
    });
  });
}

test('an answer that is lost after the event was made changes nothing', async ({ page, sim }) => {
  const subject = 'Answer lost on the way';
  const quickAdd = await filledIn(page, subject);
  await sim.fault({ route: 'create-event', answer: 'drop-after' });
  await quickAdd.save.click();
  const row = quickAdd.row(`Online Meeting: ${subject}`);
  await expect(row).toBeVisible({ timeout: 25_000 });
  const events = await sim.events(subject);
  expect(events).toHaveLength(1);
  await row.getByRole('link').first().click();
  await expect(page.locator('#online-meeting-join-button')).toHaveAttribute('href', events[0]!.join_url!);
});

test('two throttled answers with a short wait are waited for', async ({ page, sim }) => {
  const subject = 'Throttled for a moment';
  const quickAdd = await filledIn(page, subject);
  await sim.fault({ route: 'create-event', times: 2, answer: { status: 429, retry_after: 1 } });
  await quickAdd.save.click();
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible({ timeout: 25_000 });
  expect(await sim.events(subject)).toHaveLength(1);
});

test('while the server cannot be reached what was typed stays', async ({ page, context, sim, guard }) => {
  const subject = 'Cable pulled';
  const quickAdd = await filledIn(page, subject);
  await context.route('**/api/interactions/add', (route) => route.abort('internetdisconnected'), { times: 1 });
  guard.expectOffline(/\/api\/interactions\/add/);
  await quickAdd.save.click();
  await expect(quickAdd.errors).toContainText('The server could not be reached.');
  await expectNothingLost(quickAdd, subject);
  await quickAdd.save.click();
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible();
  expect(await sim.events(subject)).toHaveLength(1);
});

test.describe('without the database', () => {
  test.afterEach(() => setOpen(true));

  test('pages say so and keep what was typed, and go on when it is back', async ({ page, context, guard }) => {
    const words = 'Minuted cannot reach its database.';
    const title = 'Typed while the database was away';
    const quickAdd = await QuickAdd.openFor(page, 'Globex');
    await quickAdd.type.selectOption({ label: 'Call' });
    await quickAdd.title.fill(title);
    await quickAdd.notes.fill(NOTES);
    guard.expectStatus(503, /\/(api|msp)\//);
    setOpen(false);
    await quickAdd.save.click();
    await expect(quickAdd.errors).toContainText(words);
    await expect(quickAdd.title).toHaveValue(title);
    await expect(quickAdd.notes).toHaveValue(NOTES);

    const other = await context.newPage();
    expect((await other.goto('/msp/interactions'))?.status()).toBe(503);
    await hydrated(other);
    await expect(other.locator('#page-error')).toContainText(words);
    const third = await context.newPage();
    await third.goto('/msp/schedule');
    await hydrated(third);
    setOpen(true);
    await other.locator('#page-error-retry-button').click();
    await expect(other.locator('#overall-interactions-feed .row').first()).toBeVisible();
    await expect(other.locator('#user-menu-button')).toBeVisible();
    // Who goes on by a link finds everything, too.
    await third.locator('#nav-clients').click();
    await expect(third.getByRole('link', { name: 'Acme Manufacturing' })).toBeVisible();
    await expect(third.locator('#user-menu-button')).toBeVisible();
    await quickAdd.save.click();
    await expect(quickAdd.row(title)).toBeVisible();
  });
});
