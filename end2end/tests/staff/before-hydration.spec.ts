import type { BrowserContext, Page } from '@playwright/test';
import { clientPath, hydrated, open } from '../../fixtures/page';
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

/** The dialog, filled in before the page is interactive; then the program arrives. */
async function filledInEarly(page: Page, fill: (quickAdd: QuickAdd) => Promise<void>): Promise<QuickAdd> {
  const path = await clientPath(page, 'Harbour Schools');
  const release = await holdBack(page.context());
  await page.goto(`${path}?new=interaction`, { waitUntil: 'commit' });
  const quickAdd = new QuickAdd(page);
  await fill(quickAdd);
  await expect(page.locator('html[data-hydrated]')).not.toBeAttached();
  release();
  await hydrated(page);
  return quickAdd;
}

test('a page keeps its title while its code comes', async ({ page }) => {
  await page.addInitScript(() => {
    const titles = new Set<string>();
    Object.assign(window, { titles });
    const note = () => (titles.size > 0 || document.title) && titles.add(document.title);
    new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await open(page, '/msp/contacts');
  expect(await page.evaluate(() => [...(window as unknown as { titles: Set<string> }).titles])).toEqual(['Contacts · Minuted']);
});

test('what is typed early stays', async ({ page, sim }) => {
  const subject = 'Typed early';
  const quickAdd = await filledInEarly(page, async (quickAdd) => {
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await quickAdd.title.fill(subject);
    await quickAdd.address.fill('early@schools.example');
    await quickAdd.notes.fill('Also early');
  });
  await expect(quickAdd.title).toHaveValue(subject);
  await expect(quickAdd.notes).toHaveValue('Also early');
  await expect(quickAdd.address).toHaveValue('early@schools.example');
  await expect(quickAdd.type.locator('option:checked')).toHaveText('Online Meeting');
  await expect(quickAdd.teams).toBeVisible();
  await quickAdd.teams.check();
  await expect(page.locator('#quick-add-interaction-invited')).toContainText('1 person');
  await quickAdd.save.click();
  await expect(quickAdd.row(`Online Meeting: ${subject}`)).toBeVisible();
  const [event] = await sim.events(subject);
  expect(event!.attendees.map((attendee) => attendee.emailAddress.address)).toEqual(['early@schools.example']);
});

test('a switch that is turned on early stays on', async ({ page }) => {
  const quickAdd = await filledInEarly(page, async (quickAdd) => {
    await quickAdd.type.selectOption({ label: 'Online Meeting' });
    await quickAdd.teams.check();
  });
  await expect(quickAdd.teams).toBeChecked();
  await expect(quickAdd.save).toHaveText('Schedule meeting');
});

test('a contact that is chosen early is invited', async ({ page }) => {
  const quickAdd = await filledInEarly(page, async (quickAdd) => {
    await quickAdd.contact.selectOption({ index: 1 });
  });
  await quickAdd.type.selectOption({ label: 'Online Meeting' });
  await expect(quickAdd.chips).toHaveCount(1);
});

test('what is typed early is not thrown away without a question', async ({ page }) => {
  const quickAdd = await filledInEarly(page, (quickAdd) => quickAdd.title.fill('Half an early thought'));
  await page.keyboard.press('Escape');
  await expect(quickAdd.discard).toBeVisible();
});

test('a form that is sent before the page is interactive is saved', async ({ page, context, sim }) => {
  const subject = 'Sent early';
  const path = await clientPath(page, 'Harbour Schools');
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
