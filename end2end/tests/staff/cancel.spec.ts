import type { Page } from '@playwright/test';
import { scheduled } from '../../fixtures/meeting';
import { focusedId, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'admin' });

const section = (page: Page) => page.locator('#interaction-online-meeting-section');
const change = (page: Page) => page.locator('#online-meeting-change');

/** Asks for the cancellation of the meeting whose page is open. */
async function cancel(page: Page, message = ''): Promise<void> {
  await page.locator('#online-meeting-cancel-button').click();
  await page.locator('#cancel-meeting-message').fill(message);
  await page.locator('#cancel-meeting-dialog-confirm').click();
}

test('a deleted interaction takes its meeting out of the calendar', async ({ page, sim, guard }) => {
  guard.expectStatus(404, /interactions/);
  const subject = 'Deleted with its meeting';
  const path = await scheduled(page, subject);
  await open(page, path);
  await page.locator('#interaction-details-delete-button').click();
  await expect(page.locator('#delete-interaction-dialog-meeting')).toHaveText(
    'Its Teams meeting on Tue, 4 May 2027, 10:00 is cancelled. 2 people get a cancellation.',
  );
  await page.locator('#delete-interaction-message').fill('The project is <b>over</b>.');
  await page.locator('#delete-interaction-dialog-confirm').click();
  await expect(page).toHaveURL(/\/msp\/clients\//);
  await expect.poll(async () => (await sim.events(subject))[0]!.deleted).toBe(true);
  const [event] = await sim.events(subject);
  expect(event!.mails.at(-1)).toEqual({
    kind: 'cancellation',
    to: ['ada@acme.example', 'bo@acme.example'],
    comment: 'The project is <b>over</b>.',
  });
  expect(await open(page, path)).toBe(404);
});

test('a meeting is cancelled with a message, and its record stays', async ({ page, sim }) => {
  const subject = 'Cancelled with a message';
  await open(page, await scheduled(page, subject));
  await page.locator('#online-meeting-cancel-button').click();
  const dialog = page.locator('#cancel-meeting-dialog');
  await expect(dialog).toContainText(`“${subject}” on Tue, 4 May 2027, 10:00 is cancelled`);
  await expect(dialog).toContainText('2 people get a cancellation.');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('#online-meeting-cancel-button')).toBeFocused();
  await cancel(page, 'Not this week');
  await expect(change(page)).toContainText('about to be cancelled');
  await expect(page.locator('#online-meeting-undo-button')).toBeFocused();
  await expect(page.locator('#online-meeting-join-button')).toHaveCount(0);
  // The page finds out by itself, and does not take the focus away while it looks.
  await page.waitForResponse(/\/api\/interactions\/page/);
  await expect(page.locator('#online-meeting-undo-button')).toBeFocused();
  await expect(section(page)).toContainText('The meeting was cancelled.', { timeout: 20_000 });
  await expect(change(page)).toHaveCount(0);
  const [event] = await sim.events(subject);
  expect(event!.deleted).toBe(true);
  expect(event!.mails.at(-1)!.comment).toBe('Not this week');
});

test('a cancellation is taken back', async ({ page, sim }) => {
  const subject = 'Taken back';
  await open(page, await scheduled(page, subject));
  const asked = Date.now();
  await cancel(page);
  await page.locator('#online-meeting-undo-button').click();
  await expect(page.locator('#online-meeting-join-button')).toBeVisible();
  await expect(change(page)).toHaveCount(0);
  // Long after Microsoft would have been told.
  await expect.poll(() => Date.now() - asked, { timeout: 20_000, intervals: [1000] }).toBeGreaterThan(12_000);
  const [event] = await sim.events(subject);
  expect([event!.deleted, event!.mails.length]).toEqual([false, 1]);
});

test('what Microsoft refuses is said, and can be tried again', async ({ page, sim }) => {
  const subject = 'Refused by Microsoft';
  await open(page, await scheduled(page, subject));
  await sim.fault({ route: 'cancel-event', times: 9, answer: { status: 403, code: 'ErrorAccessDenied' } });
  await cancel(page);
  await expect(change(page)).toContainText('could not be cancelled at Microsoft', { timeout: 20_000 });
  await expect(change(page)).toContainText('not in scope for Minuted');
  await sim.clearFaults();
  await page.locator('#online-meeting-retry-button').click();
  await expect(section(page)).toContainText('The meeting was cancelled.');
  expect((await sim.events(subject))[0]!.deleted).toBe(true);
});

test('a new time goes to the meeting, and is put back when Microsoft refuses it', async ({ page, sim }) => {
  const subject = 'Moved to the afternoon';
  const path = await scheduled(page, subject);
  await open(page, `${path}?do=edit`);
  await expect(page.locator('#edit-interaction-moves-hint')).toContainText('2 attendees get an update');
  const moveTo = async (start: string) => {
    await page.locator('#edit-interaction-start-time').fill(start);
    await page.locator('#edit-interaction-start-time').press('Tab');
    await page.locator('#edit-interaction-save-button').click();
    await expect(page.locator('#edit-interaction')).toHaveCount(0);
  };
  await moveTo('2027-05-04T14:00');
  await expect(page.locator('#interaction-details')).toContainText('14:00 – 14:30');
  await expect(change(page)).toHaveCount(0);
  const before = (await sim.events(subject))[0]!;
  expect([before.start, before.mails.at(-1)!.kind]).toEqual(['2027-05-04T12:00:00Z', 'update']);

  await sim.fault({ route: 'update-event', times: 9, answer: { status: 403, code: 'ErrorAccessDenied' } });
  await page.locator('#interaction-details-edit-button').click();
  await moveTo('2027-05-04T16:00');
  await expect(change(page)).toContainText('could not be moved at Microsoft');
  await expect(change(page)).toContainText('still on Tue, 4 May 2027, 14:00');
  await page.locator('#online-meeting-put-back-button').click();
  await expect(page.locator('#interaction-details')).toContainText('14:00 – 14:30');
  await expect(change(page)).toHaveCount(0);
  expect((await sim.events(subject))[0]!.start).toBe('2027-05-04T12:00:00Z');
});

test('a message that is no text is said beside the field', async ({ page, guard }) => {
  guard.expectStatus(422, /\/api\/meetings\/cancel/);
  await open(page, await scheduled(page, 'A message of control characters'));
  await page.locator('#online-meeting-cancel-button').click();
  const message = page.locator('#cancel-meeting-message');
  await message.evaluate((field: HTMLTextAreaElement) => (field.value = 'typed \u0007 text'));
  await page.locator('#cancel-meeting-dialog-confirm').click();
  await expect(page.locator('#cancel-meeting-message-error')).toContainText('cannot be saved');
  await expect(message).toHaveValue('typed \u0007 text');
  await expect(message).toBeFocused();
});

test.describe('without script', () => {
  test('cancel, take back, cancel and delete', async ({ page, newContext, sim }) => {
    const subject = 'Changed without script';
    const path = await scheduled(page, subject);
    const plain = await (await newContext({ javaScriptEnabled: false })).newPage();
    await plain.goto(path);
    await cancel(plain);
    await expect(plain).toHaveURL(new RegExp(`${path}$`));
    await expect(change(plain)).toContainText('about to be cancelled');
    await plain.locator('#online-meeting-undo-button').click();
    await expect(plain.locator('#online-meeting-join-button')).toBeVisible();
    await cancel(plain, 'Off');
    await expect(change(plain)).toContainText('about to be cancelled');
    await expect.poll(async () => (await sim.events(subject))[0]!.deleted, { timeout: 20_000 }).toBe(true);
    await plain.goto(path);
    await expect(section(plain)).toContainText('The meeting was cancelled.');
    expect((await sim.events(subject))[0]!.mails.at(-1)!.comment).toBe('Off');

    const other = await scheduled(page, 'Deleted without script');
    await plain.goto(other);
    await plain.locator('#interaction-details-delete-button').click();
    await plain.locator('#delete-interaction-message').fill('Good bye');
    await plain.locator('#delete-interaction-dialog-confirm').click();
    await expect(plain).toHaveURL(/\/msp\/clients\//);
    const [event] = await sim.events('Deleted without script');
    expect([event!.deleted, event!.mails.at(-1)!.comment]).toEqual([true, 'Good bye']);
  });
});
