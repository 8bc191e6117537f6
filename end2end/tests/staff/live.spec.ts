import type { Locator, Page } from '@playwright/test';
import { AnotherServer } from '../../fixtures/another-server';
import { sql } from '../../fixtures/database';
import { clientPath, focusedId, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { log, wallClock } from '../../fixtures/records';
import { expect, test } from '../../fixtures/test';

/** Within which what one does is to appear for the others. */
const SOON = { timeout: 2000 };
const ALL = '#overall-interactions';

const row = (page: Page, title: string): Locator => page.locator('.row', { has: page.getByRole('link', { name: title, exact: true }) });

test.use({ role: 'dispatcher' });

test('what one adds, changes and deletes appears for the others', async ({ page, sessions, newContext }) => {
  const title = 'Seen by everybody';
  const admin = await newContext({ storageState: await sessions.of('admin') });
  const [everything, client, record] = [await admin.newPage(), await admin.newPage(), await admin.newPage()];
  await open(client, await clientPath(client, 'Globex'));
  await open(everything, '/msp/interactions');

  await open(page, await clientPath(page, 'Globex'));
  const quickAdd = new QuickAdd(page);
  await quickAdd.openFromTimeline();
  await quickAdd.type.selectOption({ label: 'Call' });
  await quickAdd.title.fill(title);
  // Of what is to come, all interactions show the next ten only, and other tests have added theirs.
  await quickAdd.start.fill(wallClock(-20));
  await quickAdd.end.fill(wallClock(-10));
  await quickAdd.save.click();
  await expect(quickAdd.row(title).getByRole('link').first()).toBeFocused();
  for (const other of [everything, client]) {
    await expect(row(other, title)).toBeVisible(SOON);
    await expect(row(other, title)).toHaveAttribute('data-new');
  }
  await expect(everything.locator(`${ALL}-news`)).toHaveText('1 new interaction');

  const path = (await row(page, title).getByRole('link', { name: title }).getAttribute('href'))!;
  await open(record, path);
  await open(page, path);
  await page.locator('#interaction-details-edit-button').click();
  await page.locator('#edit-interaction-title-input').fill(`${title}, changed`);
  await page.locator('#edit-interaction-save-button').click();
  await expect(record.getByRole('heading', { level: 1 })).toHaveText(`${title}, changed`, SOON);
  for (const other of [everything, client]) await expect(row(other, `${title}, changed`)).toBeVisible(SOON);

  // The admin, who may, deletes it from another page; whoever reads the record is told.
  const deleter = await admin.newPage();
  await open(deleter, `${path}?do=delete`);
  await deleter.locator('#delete-interaction-dialog-confirm').click();
  await expect(deleter).toHaveURL(/\/msp\/clients\//);
  for (const reader of [page, record]) {
    await expect(reader.locator('#interaction-deleted')).toBeVisible(SOON);
    await expect(reader.locator('#interaction-details')).toHaveCount(0);
  }
  for (const other of [everything, client]) await expect(row(other, `${title}, changed`)).toHaveCount(0, SOON);
});

test('a meeting that is scheduled appears among what is to come', async ({ page, newContext }) => {
  const other = await (await newContext()).newPage();
  await open(other, '/msp/interactions?q=council');
  await expect(other.locator(`${ALL}-no-hit`)).toBeVisible();
  const quickAdd = await QuickAdd.openFor(page, 'Globex');
  await quickAdd.fillMeeting('City council');
  await quickAdd.save.click();
  await expect(quickAdd.row('Online Meeting: City council')).toBeVisible();
  await expect(row(other, 'Online Meeting: City council')).toBeVisible(SOON);
  await expect(other.locator(`${ALL}-no-hit`)).toHaveCount(0);
});

test('who reads further down stays there, and every row stays', async ({ page, newContext, url }) => {
  await open(page, '/msp/interactions');
  const rows = page.locator(`${ALL}-feed .timeline-rows .row`);
  await page.locator(`${ALL}-older-link`).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(40);
  const before = await rows.evaluateAll((rows) => rows.map((row) => row.id));
  const reading = page.locator(`#${before[40]}`);
  await reading.locator('.row-link').focus();
  await reading.scrollIntoViewIfNeeded();
  const top = await reading.evaluate((row) => row.getBoundingClientRect().top);
  await page.evaluate(() => {
    (window as { marked?: Element }).marked = document.activeElement!;
  });

  const request = (await newContext()).request;
  const added = await log(request, url, 'Globex', 'Above the reader');
  await expect(page.locator(`${ALL}-interaction-${added}`)).toBeAttached(SOON);
  expect(await focusedId(page)).toBe(`${before[40]}-link`);
  // Not the same place only, but the same element: nothing was drawn anew.
  expect(await page.evaluate(() => (window as { marked?: Element }).marked === document.activeElement)).toBe(true);
  expect(Math.abs((await reading.evaluate((row) => row.getBoundingClientRect().top)) - top)).toBeLessThan(2);
  const after = await rows.evaluateAll((rows) => rows.map((row) => row.id));
  expect(new Set(after).size).toBe(after.length);
  // One more on top, and the last one has gone to the page below.
  const old = after.filter((id) => before.includes(id));
  expect(old).toEqual(before.slice(0, old.length));
  expect(before.length - old.length).toBeLessThanOrEqual(1);

  // Reading on goes on where it is.
  await page.locator(`${ALL}-older-link`).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(after.length);
  const more = await rows.evaluateAll((rows) => rows.map((row) => row.id));
  expect(new Set(more).size).toBe(more.length);
  expect(before.filter((id) => !more.includes(id))).toEqual([]);
});

test('what one adds oneself is asked for once', async ({ page, newContext, url }) => {
  await open(page, await clientPath(page, 'Riverside Dental'));
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/timeline/page')) asked.push(request.url());
  });
  const quickAdd = new QuickAdd(page);
  await quickAdd.openFromTimeline();
  await quickAdd.type.selectOption({ label: 'Call' });
  await quickAdd.title.fill('Asked for once');
  await quickAdd.start.fill(wallClock(-20));
  await quickAdd.end.fill(wallClock(-10));
  await quickAdd.save.click();
  await expect(quickAdd.row('Asked for once').getByRole('link').first()).toBeFocused();
  await expect(page.locator('#client-interactions-news')).toHaveText('');
  // What another one adds after that is asked for once more, so the news of one's own have come by then.
  await log((await newContext()).request, url, 'Riverside Dental', 'And once more');
  await expect(row(page, 'And once more')).toBeVisible(SOON);
  expect(asked).toHaveLength(2);
});

test('a list that is drawn anew leaves the focus where it is', async ({ page, newContext, url }) => {
  const request = (await newContext()).request;
  const form = (await (await request.get(`${url}/api/clients/new-form`)).json()) as { values: { client_id: string } };
  await open(page, '/msp/clients');
  const globex = page.locator('#client-list').getByRole('link', { name: 'Globex', exact: true });
  await globex.focus();
  const id = await focusedId(page);
  const place = await globex.evaluate((link) => link.closest('tr')!.rowIndex);
  try {
    const added = await request.post(`${url}/api/clients/save`, {
      headers: { origin: url },
      form: { 'input[client_id]': form.values.client_id, 'input[name]': 'Aardvark Removals', 'input[active]': 'on' },
    });
    expect(added.status(), await added.text()).toBe(200);
    // Of clients nobody tells; of what happens at one everybody hears.
    await log(request, url, 'Globex', 'Seen in the list');
    await expect(page.locator('#client-list').getByRole('link', { name: 'Aardvark Removals' })).toBeVisible({ timeout: 4000 });
    expect(await focusedId(page)).toBe(id);
    expect(await globex.evaluate((link) => link.closest('tr')!.rowIndex)).toBe(place + 1);
    await expect(globex).toBeFocused();
  } finally {
    sql(`DELETE FROM clients WHERE client_name = 'Aardvark Removals'`);
  }
});

test('a row that changes under the focus keeps it', async ({ page, newContext, url }) => {
  const request = (await newContext()).request;
  const id = await log(request, url, 'Globex', 'Under the cursor');
  await open(page, '/msp/interactions');
  const link = page.locator(`${ALL}-interaction-${id}-link`);
  await link.focus();
  const other = await (await newContext()).newPage();
  await open(other, `/msp/interactions/${id}?do=edit`);
  await other.locator('#edit-interaction-title-input').fill('Still under the cursor');
  await other.locator('#edit-interaction-save-button').click();
  await expect(link).toHaveText('Still under the cursor', SOON);
  await expect(link).toBeFocused();
});

test('what is being typed is left alone', async ({ page, newContext, url }) => {
  const request = (await newContext()).request;
  const quickAdd = await QuickAdd.openFor(page, 'Globex');
  await quickAdd.title.fill('Half a thought');
  const id = await log(request, url, 'Globex', 'Below the dialog');
  await expect(page.locator(`#client-interactions-interaction-${id}`)).toBeAttached(SOON);
  await expect(quickAdd.title).toHaveValue('Half a thought');
  await expect(quickAdd.title).toBeFocused();

  const other = await (await newContext()).newPage();
  await open(page, `/msp/interactions/${id}?do=edit`);
  const title = page.locator('#edit-interaction-title-input');
  await title.fill('Mine');
  await open(other, `/msp/interactions/${id}?do=edit`);
  await other.locator('#edit-interaction-title-input').fill('Theirs');
  await other.locator('#edit-interaction-save-button').click();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Theirs');
  // The heading below follows only when nothing is typed any more.
  await expect(title).toHaveValue('Mine');
  await expect(title).toBeFocused();
  await page.keyboard.press('Escape');
  await page.locator('#edit-interaction-discard-button').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Theirs');
});

test('a page that nobody looks at rests, and catches up when somebody does', async ({ page, newContext, url }) => {
  await open(page, '/msp/interactions');
  const look = (state: string) =>
    page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, state);
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/live')) streams.push(request.url());
  });
  const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/api/live'));
  await look('hidden');
  await ended;
  const id = await log((await newContext()).request, url, 'Globex', 'While nobody looked');
  expect(streams).toEqual([]);
  await look('visible');
  await expect(page.locator(`${ALL}-interaction-${id}`)).toBeVisible(SOON);
  await expect.poll(() => streams).toHaveLength(1);
});

test('after the server was killed and started again all pages catch up', async ({ page, newContext, guard, url }) => {
  const server = await AnotherServer.start();
  try {
    guard.expectServerGone(server.url);
    const context = await newContext({ baseURL: server.url });
    const [one, two] = [await context.newPage(), await context.newPage()];
    await open(one, '/msp/interactions');
    await open(two, await clientPath(two, 'Globex'));
    const before = await log(page.request, url, 'Globex', 'Told by another process');
    await expect(one.locator(`${ALL}-interaction-${before}`)).toBeVisible(SOON);
    await expect(two.locator(`#client-interactions-interaction-${before}`)).toBeVisible(SOON);
    await expect(one.locator('#live-note')).toBeEmpty();

    await server.kill();
    for (const reader of [one, two]) await expect(reader.locator('#live-note')).toContainText('may be out of date');
    const meanwhile = await log(page.request, url, 'Globex', 'Added while it was away');
    await server.launch();
    await expect(one.locator(`${ALL}-interaction-${meanwhile}`)).toBeVisible({ timeout: 30_000 });
    await expect(two.locator(`#client-interactions-interaction-${meanwhile}`)).toBeVisible({ timeout: 30_000 });
    for (const reader of [one, two]) await expect(reader.locator('#live-note')).toBeEmpty();
    await context.close();
  } finally {
    await server.remove();
  }
});

test('who was signed out elsewhere is told, and does not lose the page', async ({ newContext, sessions, guard, url }) => {
  // Which of them asks first.
  guard.expectStatus(401, /\/api\/(session\/viewer|timeline\/page)/);
  const server = await AnotherServer.start();
  try {
    guard.expectServerGone(server.url);
    const context = await newContext({ baseURL: server.url, storageState: await sessions.make('tech') });
    const page = await context.newPage();
    await open(page, '/msp/interactions');
    await page.request.post(`${url}/api/session/sign-out`, { headers: { origin: url } });
    await server.kill();
    await server.launch();
    await expect(page.locator('#live-note')).toContainText('signed out', { timeout: 20_000 });
    await expect(page.locator('#live-sign-in-link')).toHaveAttribute('href', '/auth/msp/signin?next=%2Fmsp%2Finteractions');
    await expect(page.locator(`${ALL}-feed .row`).first()).toBeVisible();
    await context.close();
  } finally {
    await server.remove();
  }
});
