import type { Page } from '@playwright/test';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { type Made, meeting } from '../../fixtures/recorded';
import type { Sim } from '../../fixtures/sim';
import { expect, test } from '../../fixtures/test';

// Recordings and transcripts appear on an open page without a click, whichever way Minuted learns of them.

test.use({ role: 'dispatcher' });

/** A turn of the sweep and what it has to do. */
const WITHIN_ONE_SWEEP = { timeout: 10_000 };

/** A meeting that is over and was never looked for. */
async function over(page: Page, sim: Sim, title: string): Promise<Made> {
  const made = await meeting(page, sim, title, { recording: false, status: 'ended' });
  sql(`UPDATE online_meetings SET last_fetch_at = NULL WHERE interaction_id = '${made.interaction}'`);
  return made;
}

const openRecord = async (page: Page, { interaction }: Made) => {
  await open(page, `/msp/interactions/${interaction}`);
  await expect(page.locator('#online-meeting-captured')).toBeVisible();
};

/** Both are there, and nobody has touched the page. */
async function expectBoth(page: Page, within: { timeout: number }): Promise<void> {
  await expect(page.getByRole('link', { name: 'Play recording' })).toBeVisible(within);
  await expect(page.getByRole('link', { name: 'View transcript' })).toBeVisible(within);
}

/** When Microsoft was asked about a meeting last, in milliseconds since 1970; 0 if it was not. */
const looked = ({ interaction }: Made) =>
  Number(sql(`SELECT coalesce(extract(epoch FROM last_fetch_at) * 1000, 0)::bigint FROM online_meetings WHERE interaction_id = '${interaction}'`));

/** No look is near, and the last one is too new for who opens the page. */
const notDue = ({ interaction }: Made) =>
  sql(`UPDATE online_meetings SET next_fetch_at = now() + interval '20 hours', last_fetch_at = now(), status = 'recording_pending'
        WHERE interaction_id = '${interaction}'`);

test.afterEach(({ sim }) => sim.tells(false));

test('within seconds, when Microsoft tells of them', async ({ page, sim }) => {
  const made = await over(page, sim, 'To arrive as it is told');
  notDue(made);
  await openRecord(page, made);
  await expect(page.locator('#online-meeting-captured')).toContainText('Nothing was captured.');
  await sim.tells(true);
  await sim.addArtifact(made.provider, 'recording');
  await sim.addArtifact(made.provider, 'transcript');
  await expectBoth(page, WITHIN_ONE_SWEEP);
});

test('within one sweep, when nothing tells of them', async ({ page, sim }) => {
  const made = await over(page, sim, 'To arrive by the sweep');
  await openRecord(page, made);
  // Opening it was one look, which has found nothing.
  await expect.poll(() => looked(made), WITHIN_ONE_SWEEP).toBeGreaterThan(0);
  await expect(page.locator('#online-meeting-captured')).toContainText('Nothing was captured.');
  await sim.addArtifact(made.provider, 'recording');
  await sim.addArtifact(made.provider, 'transcript');
  sql(`UPDATE online_meetings SET next_fetch_at = now() WHERE interaction_id = '${made.interaction}'`);
  await expectBoth(page, WITHIN_ONE_SWEEP);
  await expect(page.locator(`[id^="online-meeting-recording-expires-"]`)).toContainText(/Microsoft removes this recording on \w+day, \d+ \w+ 20\d\d/);
});

test('as soon as somebody opens the page, long before the next look', async ({ page, sim }) => {
  const made = await over(page, sim, 'To arrive for who looks');
  sql(`UPDATE online_meetings SET next_fetch_at = now() + interval '20 hours', last_fetch_at = now() - interval '4 hours', status = 'recording_pending'
        WHERE interaction_id = '${made.interaction}'`);
  await sim.addArtifact(made.provider, 'recording');
  await sim.addArtifact(made.provider, 'transcript');
  await openRecord(page, made);
  await expectBoth(page, WITHIN_ONE_SWEEP);
});

test('without script, the next time the page is loaded', async ({ page, sim, newContext }) => {
  const made = await over(page, sim, 'To arrive without script');
  await sim.addArtifact(made.provider, 'transcript');
  const reader = await (await newContext({ javaScriptEnabled: false })).newPage();
  await reader.goto(`/msp/interactions/${made.interaction}`);
  await expect.poll(() => looked(made), WITHIN_ONE_SWEEP).toBeGreaterThan(0);
  await expect
    .poll(async () => {
      await reader.reload();
      return reader.getByRole('link', { name: 'View transcript' }).count();
    }, WITHIN_ONE_SWEEP)
    .toBe(1);
});
