import { sql } from '../../fixtures/database';
import { submitPortalSignIn } from '../../fixtures/login';
import { hydrated, open } from '../../fixtures/page';
import { TALK, blocksOf, meeting, twoParts, watchPath } from '../../fixtures/recorded';
import { expect, test } from '../../fixtures/test';

const record = (interaction: string) => `/msp/interactions/${interaction}`;
const REFRESH = '#online-meeting-refresh-recordings-button';
const SAID = '#online-meeting-refreshed';

test.describe('what was captured', () => {
  test.use({ role: 'dispatcher' });

  test('stands on the record, the latest first', async ({ page }) => {
    await open(page, record(twoParts()));
    const parts = page.locator('#online-meeting-artifacts .captured-session');
    await expect(parts).toHaveCount(2);
    await expect(parts.first()).toContainText('Part 2');
    await expect(parts.last()).toContainText('Part 1');
    await parts.last().getByRole('link', { name: 'Play recording, Part 1' }).click();
    await expect(page).toHaveURL(/\/watch\?session=1$/);
    await expect(page.locator('#watch-video')).toBeVisible();
    await page.locator('#watch-record-link').click();
    await expect(page.locator('#interaction-details')).toBeVisible();
  });

  test('is refreshed, and what came is announced', async ({ page, sim }) => {
    const { interaction, provider } = await meeting(page, sim, 'To be refreshed', { recording: false, status: 'ended' });
    await open(page, record(interaction));
    await expect(page.locator('#online-meeting-captured')).toContainText('Nothing was captured.');
    await sim.addArtifact(provider, 'transcript');
    await page.locator(REFRESH).click();
    await expect(page.locator(SAID)).toHaveText('1 transcript added.');
    await expect(page.locator(SAID)).toHaveAttribute('role', 'status');
    await expect(page.getByRole('link', { name: 'View transcript' })).toBeVisible();
    await expect(page.locator('#online-meeting-looked')).toContainText(/Last looked: \d\d:\d\d\. Next look: /);
    await page.locator(REFRESH).click();
    await expect(page.locator(SAID)).toHaveText('Nothing new.');
    await sim.addArtifact(provider, 'recording');
    await page.locator(REFRESH).click();
    await expect(page.locator(SAID)).toHaveText('1 recording added.');
    await expect(page.getByRole('link', { name: 'Play recording' })).toBeVisible();
  });

  test('is waited for with the reason why it does not come', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Kept back', { recording: false, status: 'recording_pending' });
    sql(`UPDATE online_meetings SET transcripts_trouble = 'transcripts-off', recordings_trouble = 'permission' WHERE interaction_id = '${interaction}'`);
    await open(page, record(interaction));
    await expect(page.locator('#online-meeting-transcripts-trouble')).toContainText('Teams admin center');
    await expect(page.locator('#online-meeting-recordings-trouble')).toContainText('OnlineMeetingRecording.Read.All');
  });

  test('cannot be deleted by a dispatcher', async ({ page }) => {
    await open(page, record(twoParts()));
    await expect(page.locator('#online-meeting-artifacts')).toBeVisible();
    await expect(page.locator('[id^="online-meeting-delete"]')).toHaveCount(0);
  });
});

test.describe('an administrator', () => {
  test.use({ role: 'admin' });

  test('deletes a recording, and is told what goes', async ({ page, sim }) => {
    const { interaction, recording } = await meeting(page, sim, 'To lose its film', { blocks: blocksOf(TALK) });
    await open(page, record(interaction));
    await page.locator(`#online-meeting-delete-${recording}`).click();
    const dialog = page.locator('#delete-artifact-dialog');
    await expect(dialog).toContainText('Nobody can play it here any more.');
    await page.locator('#delete-artifact-dialog-cancel').click();
    await expect(dialog).toHaveCount(0);
    await page.locator(`#online-meeting-delete-${recording}`).click();
    await page.locator('#delete-artifact-dialog-confirm').click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Play recording' })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'View transcript' })).toBeVisible();
    // Microsoft still has it, and it does not come back.
    await page.locator(REFRESH).click();
    await expect(page.locator(SAID)).toHaveText('Nothing new.');
    await expect(page.getByRole('link', { name: 'Play recording' })).toHaveCount(0);
  });

  test('deletes everything', async ({ page, sim }) => {
    const made = await meeting(page, sim, 'To lose everything', { blocks: blocksOf(TALK) });
    sql(`INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id, created_date_time)
         SELECT tenant, meeting_id, 'recording', 'another', now() - interval '90 minutes' FROM online_meetings WHERE interaction_id = '${made.interaction}'`);
    await open(page, record(made.interaction));
    await page.locator('#online-meeting-delete-all-button').click();
    await expect(page.locator('#delete-artifact-dialog-what')).toContainText('2 recordings and 1 transcripts');
    await page.locator('#delete-artifact-dialog-confirm').click();
    await expect(page.locator('#online-meeting-captured')).toContainText('Nothing was captured.');
  });
});

test.describe('without script', () => {
  test.use({ role: 'admin', javaScriptEnabled: false });

  test('it is refreshed and deleted', async ({ page, sim }) => {
    const { interaction, provider } = await meeting(page, sim, 'Refreshed without script', { recording: false, status: 'ended' });
    await sim.addArtifact(provider, 'recording');
    await page.goto(record(interaction));
    await page.locator(REFRESH).click();
    await expect(page.locator(SAID)).toHaveText('1 recording added.');
    await page.locator('[id^="online-meeting-delete-"]').first().click();
    await page.locator('#delete-artifact-dialog-confirm').click();
    await expect(page.locator('#online-meeting-captured')).toContainText('Nothing was captured.');
  });
});

test('portal users get none of it', async ({ page, guard }) => {
  const interaction = twoParts();
  const [recording, transcript] = sql(
    `SELECT string_agg(artifact_id::text, '|' ORDER BY artifact_type) FROM (SELECT DISTINCT ON (artifact_type) a.* FROM online_meeting_artifacts a
       JOIN online_meetings m USING (tenant, meeting_id) WHERE m.interaction_id = '${interaction}') AS a`,
  ).split('|');
  await open(page, '/auth/client-portal/signin');
  await submitPortalSignIn(page, 'ada@acme.example');
  await expect(page.locator('#portal-account')).toBeVisible();
  for (const path of [watchPath(interaction), `/msp/documents/${transcript}`, record(interaction)]) {
    await page.goto(path);
    await hydrated(page);
    await expect(page).toHaveURL(/\/auth\/msp\/signin/);
  }
  guard.expectStatus(401, /\/api\//);
  // A portal user may have captions where the provider shows them, which it does not.
  expect((await page.request.get(`/api/online-meetings/captions/${recording}`)).status()).toBe(404);
  for (const path of [
    `/api/artifacts/watch?interaction_id=${interaction}`,
    `/api/artifacts/document?document_id=${transcript}`,
  ]) {
    expect((await page.request.get(path)).status(), path).toBe(401);
  }
});
