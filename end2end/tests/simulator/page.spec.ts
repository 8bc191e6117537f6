// The page of the simulator: how Minuted is demonstrated without Microsoft 365.

import { here } from '../../environment/here';
import { expectAccessible } from '../../fixtures/a11y';
import { expect, test } from '../../fixtures/test';

test.beforeEach(async ({ page }) => {
  await page.goto(here().simulator);
});

test.afterEach(async ({ page }) => {
  const mend = page.getByRole('button', { name: 'Mend everything' });
  if (await mend.isVisible()) await mend.click();
});

test('shows what Microsoft would hold, and is accessible', async ({ page }) => {
  const meeting = page.locator('#meetings li', { hasText: 'Onboarding of the new branch' });
  await expect(meeting.getByRole('link', { name: 'Play' })).toHaveCount(2);
  await expect(meeting.getByRole('link', { name: 'Read' })).toHaveCount(2);
  await expectAccessible(page);
});

test('breaks Microsoft, and mends it again', async ({ page }) => {
  const calendar = `${here().simulator}/v1.0/users/nobody/calendar`;
  await page.getByRole('button', { name: 'Microsoft is down' }).click();
  await expect(page.getByRole('status')).not.toBeEmpty();
  expect((await fetch(calendar)).status).toBe(503);
  await page.getByRole('button', { name: 'Mend everything' }).click();
  await expect(page.getByText('all is well')).toBeVisible();
  expect((await fetch(calendar)).status).toBe(401);
});

test('gives a meeting what was recorded, and plays it', async ({ page, sim }) => {
  const meeting = page.locator('#meetings li', { hasText: 'Security awareness training' }).first();
  const before = await meeting.getByRole('link', { name: 'Play' }).count();
  await meeting.getByText('Add what was recorded').click();
  await meeting.getByRole('button', { name: /recording and transcript|both/i }).click();
  await expect(meeting.getByRole('link', { name: 'Play' })).toHaveCount(before + 1);
  const added = (await sim.artifacts()).slice(-2);
  try {
    const opened = page.waitForEvent('popup');
    await meeting.getByRole('link', { name: 'Play' }).last().click();
    const video = (await opened).locator('video');
    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.duration)).toBeGreaterThan(60);
  } finally {
    for (const { id } of added) await sim.removeArtifact(id);
  }
});
