import { focusedId, clientPath, hydrated, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const FEED = '#overall-interactions-feed';
const DRAWER = '#interaction-drawer';

test.describe('with script', () => {
  test.use({ role: 'dispatcher' });

  test('a row opens its record over the timeline, and the focus comes back', async ({ page }) => {
    await open(page, '/msp/interactions?q=printer');
    const row = page.locator(`${FEED} .row-link`).nth(1);
    const before = await page.locator(`${FEED} .row`).first().boundingBox();
    await row.click();
    await expect(page.locator('#interaction-drawer-title')).toHaveText((await row.textContent())!);
    await expect(page.locator('#interaction-drawer-title')).toBeFocused();
    await expect(page).toHaveURL(/q=printer&open=[0-9a-f-]{36}$/);
    await expect(page.locator(`${DRAWER} #interaction-details-client-link`)).toBeVisible();
    expect(await page.locator(`${FEED} .row`).first().boundingBox(), 'nothing shifts').toEqual(before);
    await page.keyboard.press('Escape');
    await expect(page.locator(DRAWER)).toHaveCount(0);
    await expect(page).toHaveURL(/\/msp\/interactions\?q=printer$/);
    await expect(row).toBeFocused();

    // By its button, by a click beside it, and by the way back.
    await page.keyboard.press('Enter');
    await page.locator('#interaction-drawer-close-button').click();
    await expect(row).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('#interaction-drawer-title')).toBeFocused();
    await page.mouse.click(20, 300);
    await expect(page.locator(DRAWER)).toHaveCount(0);
    await expect(row).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('#interaction-drawer-title')).toBeFocused();
    await page.goBack();
    await expect(page.locator(DRAWER)).toHaveCount(0);
    await expect(row).toBeFocused();
  });

  test('from record to record within the timeline', async ({ page }) => {
    await open(page, '/msp/interactions?q=printer');
    const rows = page.locator(`${FEED} .row-link`);
    const links = await rows.evaluateAll((rows) => rows.map((row) => (row as HTMLAnchorElement).pathname.split('/').at(-1)));
    await rows.first().click();
    const [previous, next] = [page.locator('#interaction-drawer-previous'), page.locator('#interaction-drawer-next')];
    await expect(previous).toHaveAttribute('aria-disabled', 'true');
    await expect(previous).toHaveAttribute('aria-keyshortcuts', 'k');
    await expect(next).toHaveAttribute('aria-keyshortcuts', 'j');
    await next.click();
    await expect(page).toHaveURL(new RegExp(`open=${links[1]}$`));
    await next.click();
    await expect(page).toHaveURL(new RegExp(`open=${links[2]}$`));
    await expect(next).toBeFocused();
    await previous.click();
    await expect(page).toHaveURL(new RegExp(`open=${links[1]}$`));
    await page.locator('#interaction-drawer-close-button').click();
    await expect(rows.nth(1)).toBeFocused();
  });

  test('who goes on before a record has come stays on the way', async ({ page }) => {
    await open(page, '/msp/interactions?q=printer');
    const rows = page.locator(`${FEED} .row-link`);
    const [first, second] = await rows.evaluateAll((rows) => rows.map((row) => (row as HTMLAnchorElement).pathname.split('/').at(-1)!));
    const held: (() => Promise<void>)[] = [];
    await page.route('**/api/interactions/page?*', (route) => void held.push(() => route.continue()));
    await rows.first().click();
    await expect(page).toHaveURL(new RegExp(`open=${first}$`));
    const next = page.locator('#interaction-drawer-next');
    await expect(next).toHaveAttribute('href', new RegExp(second!));
    await next.click();
    await expect(page).toHaveURL(new RegExp(`open=${second}$`));
    // The second is asked for when the first is there.
    for (const nth of [0, 1]) {
      await expect.poll(() => held.length).toBe(nth + 1);
      await held[nth]!();
    }
    await expect(page.locator('#interaction-drawer-title')).toHaveText((await rows.nth(1).textContent())!);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await expect(next).toBeFocused();
  });

  test('the address is kept by a reload, and leads on to the page and to its dialogs', async ({ page }) => {
    await open(page, await clientPath(page, 'Acme Manufacturing'));
    await page.locator('#client-timeline .row-link').nth(3).click();
    await expect(page.locator('#interaction-drawer-title')).toBeFocused();
    const title = (await page.locator('#interaction-drawer-title').textContent())!;
    await page.reload();
    await hydrated(page);
    await expect(page.locator('#interaction-drawer-title')).toHaveText(title);
    await expect(page.locator('#client-timeline .row').first()).toBeAttached();
    await expect(page.locator('#interaction-drawer-delete-button')).toHaveCount(0);
    await page.locator('#interaction-drawer-edit-button').click();
    await expect(page.locator('#edit-interaction-title-input')).toHaveValue(title);
    await page.goBack();
    await page.locator('#interaction-drawer-page-link').click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  });

  test('with a key held down a row leads to its page', async ({ page, context }) => {
    await open(page, '/msp/interactions?q=printer');
    const row = page.locator(`${FEED} .row-link`).first();
    const [other] = await Promise.all([context.waitForEvent('page'), row.click({ modifiers: ['ControlOrMeta'] })]);
    await expect(other.locator('#interaction-details')).toBeVisible();
    expect(new URL(other.url()).pathname).toBe(await row.getAttribute('href'));
    await expect(page.locator(DRAWER)).toHaveCount(0);
  });

  test('an id that is none, or another tenant’s, leaves the timeline', async ({ page, sessions, newContext }) => {
    const theirs = await newContext({ storageState: await sessions.of('contosoAdmin') });
    const answer = await theirs.request.get('/msp/interactions');
    const foreign = /href="\/msp\/interactions\/([0-9a-f-]{36})"/.exec(await answer.text())![1]!;
    for (const id of [foreign, 'nothing', '%00', '<script>', '../clients', 'x'.repeat(2000)]) {
      expect(await open(page, `/msp/interactions?open=${encodeURIComponent(id)}`), id).toBe(200);
      await expect(page.locator('#interaction-drawer-not-found')).toBeVisible();
      await expect(page.locator(`${FEED} .row`).first()).toBeAttached();
      await page.keyboard.press('Escape');
      await expect(page.locator(DRAWER)).toHaveCount(0);
    }
    for (const purpose of ['nothing', '', '<b>', 'interaction%00']) {
      expect(await open(page, `/msp/interactions?new=${encodeURIComponent(purpose)}`)).toBe(200);
      await expect(page.locator('#quick-add-interaction')).toHaveCount(0);
    }
    for (const client of [foreign, 'nothing']) {
      await open(page, `/msp/interactions?new=interaction&client=${client}`);
      await expect(page.locator('#quick-add-interaction-load-error')).toBeVisible();
    }
  });
});

test.describe('on a phone', () => {
  test.use({ role: 'tech', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('the drawer is the whole screen', async ({ page }) => {
    await open(page, '/msp/interactions?q=printer');
    await page.locator(`${FEED} .row-link`).first().click();
    await expect(page.locator('#interaction-drawer-title')).toBeFocused();
    await expect.poll(() => page.locator(DRAWER).boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
    await expect.poll(() => focusedId(page)).toBe('interaction-drawer-title');
  });
});

test.describe('without script', () => {
  test.use({ role: 'tech', javaScriptEnabled: false });

  test('a row leads to its page, and a shared address shows the drawer', async ({ page }) => {
    await page.goto('/msp/interactions?q=printer');
    const row = page.locator(`${FEED} .row-link`).first();
    const title = (await row.textContent())!;
    const id = (await row.getAttribute('href'))!.split('/').at(-1);
    await row.click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await page.goto(`/msp/interactions?q=printer&open=${id}`);
    await expect(page.locator('#interaction-drawer-title')).toHaveText(title);
    await page.locator('#interaction-drawer-close-button').click();
    await expect(page).toHaveURL(/\/msp\/interactions\?q=printer$/);
    await expect(page.locator(DRAWER)).toHaveCount(0);
  });
});
