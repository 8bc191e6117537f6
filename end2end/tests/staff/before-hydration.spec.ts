import type { BrowserContext } from '@playwright/test';
import { clientPath, hydrated } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

// Pages can be used before their WASM has arrived.

test.use({ role: 'dispatcher' });

/** Keeps the program for the browser back until it is told to let it through. */
async function holdBack(context: BrowserContext): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await context.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test('what is typed before the page is interactive stays', async ({ page, context, sim }) => {
  const subject = 'Typed early';
  const path = await clientPath(page, 'Riverside Schools');
  const release = await holdBack(context);
  await page.goto(`${path}?new=interaction`, { waitUntil: 'commit' });
  const quickAdd = new QuickAdd(page);
  await quickAdd.type.selectOption({ label: 'Online Meeting' });
  await quickAdd.title.fill(subject);
  await quickAdd.address.fill('early@schools.example');
  await quickAdd.notes.fill('Also early');
  await expect(page.locator('html[data-hydrated]')).not.toBeAttached();
  release();
  await hydrated(page);
  await expect(quickAdd.title).toHaveValue(subject);
  await expect(quickAdd.address).toHaveValue('early@schools.example');
  await expect(quickAdd.notes).toHaveValue('Also early');
  await expect(quickAdd.type.locator('option:checked')).toHaveText('Online Meeting');
  await expect(quickAdd.teams).toBeChecked();
  await expect(page.locator('#quick-add-interaction-invited')).toContainText('1 person');
  await page.keyboard.press('Escape');
  await expect(quickAdd.discard, 'what was typed early is not thrown away without a question').toBeVisible();
  await page.locator('#quick-add-interaction-keep-button').click();
  await quickAdd.save.click();
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible();
  const [event] = await sim.events(subject);
  expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['early@schools.example']);
});

test('a form that is sent before the page is interactive is saved', async ({ page, context, sim }) => {
  const subject = 'Sent early';
  const path = await clientPath(page, 'Riverside Schools');
  const release = await holdBack(context);
  await page.goto(`${path}?new=meeting`, { waitUntil: 'commit' });
  const quickAdd = new QuickAdd(page);
  await quickAdd.title.fill(subject);
  await expect(quickAdd.teams).toBeChecked();
  await quickAdd.save.click();
  await expect(page).toHaveURL(path);
  release();
  await hydrated(page);
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible();
  expect(await sim.events(subject)).toHaveLength(1);
});
