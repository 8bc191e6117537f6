import type { Page } from '@playwright/test';
import { sql } from '../../fixtures/database';
import { TALK, blocksOf, film, manyBlocks, meeting, openWatch, twoParts, watchPath } from '../../fixtures/recorded';
import { focusedId, hydrated, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const line = (n: number) => `#line-${n}`;
const current = '.line[aria-current]';

/** The picture comes, forwards and back, at the lines that are clicked. */
async function seeks(page: Page): Promise<void> {
  await expect.poll(async () => (await film(page)).length).toBeGreaterThan(60);
  expect((await film(page)).width).toBeGreaterThan(100);
  for (const [n, from] of [[14, 39.5], [3, 6.5], [18, 51.5]] as const) {
    await page.locator(line(n)).locator('.line-text').click();
    await expect(page.locator(current)).toHaveId(`line-${n}`);
    await expect.poll(async () => (await film(page)).at).toBeGreaterThanOrEqual(from);
    expect((await film(page)).at).toBeLessThan(from + 4);
    // It goes on from there.
    const { at } = await film(page);
    await expect.poll(async () => (await film(page)).at).toBeGreaterThan(at);
  }
}

test.describe('a film with its words', () => {
  test.use({ role: 'tech' });

  test('a line that is clicked moves the picture there', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Clicked lines', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    await expect.poll(async () => (await film(page)).length).toBeGreaterThan(60);
    expect((await film(page)).width).toBeGreaterThan(100);
    await page.locator(line(14)).locator('.line-text').click();
    await expect.poll(async () => (await film(page)).at).toBeGreaterThanOrEqual(39.5);
    await expect(page.locator(current)).toHaveId('line-14');
    expect((await film(page)).at).toBeLessThan(43);
    // It goes on, and the lines with it.
    await expect.poll(async () => (await film(page)).paused).toBe(false);
    await expect(page.locator(current)).toHaveId('line-15');
    await page.locator('#watch-play').click();
    await expect.poll(async () => (await film(page)).paused).toBe(true);
    // Back again, by keys.
    await page.locator(line(3)).locator('a').focus();
    await page.keyboard.press('Enter');
    await expect(page.locator(current)).toHaveId('line-3');
    const { at } = await film(page);
    expect(at).toBeGreaterThanOrEqual(6.5);
    expect(at).toBeLessThan(10);
  });

  test('it plays and seeks though Microsoft does not heed ranges', async ({ page, sim }) => {
    const { interaction, theirs } = await meeting(page, sim, 'Ranges ignored', { blocks: blocksOf(TALK) });
    await sim.ignoreRanges(theirs);
    await openWatch(page, interaction);
    await seeks(page);
    const statuses = await sim.sentContent(theirs);
    expect(statuses.length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('it plays and seeks from our own store, though Microsoft has it no more', async ({ page, sim }) => {
    // All that the tenant has is copied, and a turn comes every ten seconds.
    test.slow();
    const { interaction, recording, theirs } = await meeting(page, sim, 'From our store', { blocks: blocksOf(TALK) });
    const download = (on: boolean) =>
      sql(`UPDATE teams_integrations SET download_recordings = ${on} WHERE tenant = (SELECT tenant FROM interactions WHERE interaction_id = '${interaction}')`);
    download(true);
    try {
      await expect.poll(() => sql(`SELECT file_id IS NOT NULL FROM online_meeting_artifacts WHERE artifact_id = '${recording}'`), { timeout: 120_000 }).toBe('t');
    } finally {
      download(false);
    }
    await sim.removeArtifact(theirs);
    const before = await sim.sentContent(theirs);
    expect(before).toHaveLength(1);
    await openWatch(page, interaction);
    await seeks(page);
    expect(await sim.sentContent(theirs)).toEqual(before);
  });

  test('an address names a moment, and the button gives one', async ({ page, context, sim }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { interaction } = await meeting(page, sim, 'Moments', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction, '?t=30');
    await expect.poll(async () => (await film(page)).at).toBeGreaterThanOrEqual(30);
    await expect(page.locator(current)).toHaveId('line-10');
    await page.locator(line(14)).locator('.line-time').click();
    await page.locator('#watch-play').click();
    await expect.poll(async () => (await film(page)).paused).toBe(true);
    await page.locator('#watch-copy-moment').click();
    await expect(page.locator('#watch-copy-moment')).toHaveText('Link copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/\/watch\?session=1&t=(39|4\d)$/);
    await page.goto(copied);
    await hydrated(page);
    await expect.poll(async () => (await film(page)).at).toBeGreaterThanOrEqual(39);
    for (const bad of ['?t=-5', '?t=soon', '?t=%00', '?t=1e9']) {
      await openWatch(page, interaction, bad);
      await expect(page.locator('#watch-video')).toBeVisible();
    }
  });

  test('the lines follow until the reader goes elsewhere', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Followed lines', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    const region = page.locator('#transcript-lines');
    const back = page.locator('#transcript-back-button');
    await page.locator('#watch-video').evaluate((video: HTMLVideoElement) => (video.currentTime = 45));
    await expect(page.locator(current)).toHaveId('line-15');
    await expect(page.locator(current)).toBeInViewport();
    await expect(back).toHaveCount(0);
    await region.hover();
    await page.mouse.wheel(0, -4000);
    await expect(back).toBeVisible();
    await page.locator('#watch-video').evaluate((video: HTMLVideoElement) => (video.currentTime = 57));
    await expect(page.locator(current)).toHaveId('line-19');
    await expect(page.locator(current)).not.toBeInViewport();
    await back.click();
    await expect(page.locator(current)).toBeInViewport();
    await expect(back).toHaveCount(0);
    expect(await page.evaluate(() => document.activeElement?.closest('.line')?.id)).toBe('line-19');
  });

  test('words are found, counted and marked', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Searched lines', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    const search = page.locator('#transcript-search');
    const count = page.locator('#transcript-search-count');
    await page.keyboard.press('/');
    await expect(search).toBeFocused();
    await search.fill('STRASSE');
    await expect(count).toHaveText('1 of 5');
    await expect(page.locator('mark')).toHaveText(Array(5).fill('straße'));
    await expect(page.locator('mark.now')).toBeInViewport();
    await expect(page.locator(`${line(6)} mark`)).toHaveClass('now');
    await search.press('Enter');
    await expect(count).toHaveText('2 of 5');
    await expect(page.locator(`${line(14)} mark`)).toHaveClass('now');
    await search.press('Shift+Enter');
    await search.press('Shift+Enter');
    await expect(count).toHaveText('5 of 5');
    await expect(page.locator(`${line(38)} mark`)).toBeInViewport();
    await page.locator('#transcript-search-next').click();
    await expect(count).toHaveText('1 of 5');
    await search.fill('zebra');
    await expect(count).toHaveText('No hits');
    await expect(page.locator('mark')).toHaveCount(0);
    await expect(page.locator('#transcript-search-next')).toBeDisabled();
    await search.fill('sentence 7 ');
    await expect(count).toHaveText('1 of 1');
    await search.press('Escape');
    await expect(search).toHaveValue('');
    await expect(count).toBeEmpty();
    await expect(page.locator('mark')).toHaveCount(0);
    await expect(page.locator(line(7))).toContainText('This is sentence 7 of the conversation.');
  });

  test('only what one of them says is shown and searched', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Chosen speakers', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    await page.locator('#transcript-speaker').selectOption('Ada Example');
    await expect(page.locator('.line:visible')).toHaveCount(14);
    await page.locator('#transcript-search').fill('straße');
    await expect(page.locator('#transcript-search-count')).toHaveText('1 of 1');
    await page.locator('#transcript-speaker').selectOption('Everybody');
    await expect(page.locator('.line:visible')).toHaveCount(40);
    await expect(page.locator('#transcript-search-count')).toHaveText('1 of 5');
  });

  test('keys play, skip, and change volume and speed', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Played by keys', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    await expect.poll(async () => (await film(page)).length).toBeGreaterThan(60);
    const press = (key: string) => page.keyboard.press(key);
    await press('k');
    await expect.poll(async () => (await film(page)).paused).toBe(false);
    await press(' ');
    await expect.poll(async () => (await film(page)).paused).toBe(true);
    const { at: start } = await film(page);
    const moves = async (key: string, by: number) => {
      const { at } = await film(page);
      await press(key);
      await expect.poll(async () => Math.round((await film(page)).at - at), key).toBe(by);
    };
    expect(start).toBeLessThan(10);
    await moves('l', 10);
    await moves('ArrowRight', 5);
    await moves('ArrowLeft', -5);
    await moves('j', -10);
    await press('ArrowDown');
    await press('ArrowDown');
    expect((await film(page)).volume).toBeCloseTo(0.8);
    await press('ArrowUp');
    expect((await film(page)).volume).toBeCloseTo(0.9);
    await press('>');
    await press('>');
    expect((await film(page)).rate).toBe(1.5);
    await expect(page.locator('#watch-speed')).toHaveValue('150');
    await press('<');
    expect((await film(page)).rate).toBe(1.25);
    await press('c');
    expect((await film(page)).captions).toBe('showing');
    await expect(page.locator('#watch-captions')).toHaveAttribute('aria-pressed', 'true');
    const cues = () =>
      page.locator('#watch-video').evaluate((video: HTMLVideoElement) => [...(video.textTracks[0]!.cues ?? [])].map((cue) => (cue as VTTCue).text));
    await expect.poll(async () => (await cues()).length).toBe(40);
    expect((await cues())[0]).toBe('Dana Ortiz: This is sentence 1 of the conversation.');
    await press('c');
    expect((await film(page)).captions).not.toBe('showing');
    // Where somebody types they are letters.
    await press('/');
    await page.keyboard.type('jkl cf');
    await expect(page.locator('#transcript-search')).toHaveValue('jkl cf');
    expect((await film(page)).paused).toBe(true);
    await page.locator('#watch-play').focus();
    await press('?');
    const help = page.locator('#keyboard-help');
    for (const text of ['Play or pause', 'Back or forward 5 seconds', 'Captions', 'Full screen']) await expect(help).toContainText(text);
    await expect(help).not.toContainText('Add an interaction');
  });

  test('it goes on where it was left', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Left and found', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    await page.locator(line(16)).locator('.line-time').click();
    await expect.poll(async () => (await film(page)).at).toBeGreaterThan(45.5);
    await page.locator('#watch-play').click();
    await openWatch(page, interaction);
    await expect(page.locator('#watch-resumed')).toContainText('Goes on at 0:4');
    await expect.poll(async () => (await film(page)).at).toBeGreaterThan(45);
    await page.locator('#watch-start-over').click();
    await expect.poll(async () => (await film(page)).at).toBe(0);
    await expect(page.locator('#watch-resumed')).toBeEmpty();
  });

  test('a lost connection keeps the place', async ({ page, guard, sim }) => {
    const { interaction, recording } = await meeting(page, sim, 'Lost and found', { blocks: blocksOf(TALK) });
    guard.expectStatus(502, new RegExp(recording));
    const content = `**/api/online-meetings/recordings/${recording}`;
    await openWatch(page, interaction);
    await page.locator(line(16)).locator('.line-time').click();
    await expect.poll(async () => (await film(page)).at).toBeGreaterThan(45.5);
    await page.locator('#watch-play').click();
    await page.route(content, (route) => route.fulfill({ status: 502 }));
    await page.locator('#watch-video').evaluate((video: HTMLVideoElement) => video.load());
    await expect(page.locator('#watch-lost')).toContainText('Your place, 0:4');
    await page.unroute(content);
    await page.locator('#watch-again').click();
    await expect(page.locator('#watch-lost')).toHaveCount(0);
    await expect.poll(async () => (await film(page)).at).toBeGreaterThan(45);
    await expect.poll(async () => (await film(page)).paused).toBe(false);
  });

  test('parts of a meeting are tabs', async ({ page }) => {
    await openWatch(page, twoParts());
    await expect(page.locator('#watch-session-1')).toHaveAttribute('aria-current', 'page');
    await page.locator('#watch-session-2').click();
    await hydrated(page);
    await expect(page.locator('#watch-session-2')).toHaveAttribute('aria-current', 'page');
    await expect.poll(async () => Math.round((await film(page)).length)).toBe(67);
  });

  test('a transcript without a film is read', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Only words', { recording: false, blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    await expect(page.locator('#watch-no-recording')).toBeVisible();
    await expect(page.locator('#watch-video')).toHaveCount(0);
    await expect(page.locator('.line a')).toHaveCount(0);
    await page.locator('#transcript-search').fill('printer');
    await expect(page.locator('#transcript-search-count')).toHaveText('1 of 5');
  });

  test('a film without words is watched', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Only pictures');
    await openWatch(page, interaction);
    await expect(page.locator('#transcript-missing')).toBeVisible();
    await expect(page.locator('#watch-captions')).toHaveCount(0);
    await page.locator('#watch-play').click();
    await expect.poll(async () => (await film(page)).at).toBeGreaterThan(0.5);
  });

  test('what is still to come is waited for', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Still to come', { recording: false, status: 'recording_pending' });
    await openWatch(page, interaction);
    await expect(page.locator('#watch-nothing')).toBeVisible();
  });

  test('whatever was said is text', async ({ page, sim }) => {
    const markup = '<img src=x onerror="document.title=\'taken\'"><script>document.title = "taken"</script> & </p>';
    const blocks = blocksOf([
      { start: 1, end: 2, speaker: '<b onclick="x">Dana</b> "Quoted"', text: markup },
      { start: 3, end: 4, speaker: 'עדה', text: 'שלום, הגיבוי עבד. (ok)' },
      { start: 5, end: 6, speaker: 'Dana', text: 'x'.repeat(20_000) },
    ]);
    const { interaction } = await meeting(page, sim, 'Hostile words', { blocks });
    await openWatch(page, interaction);
    await expect(page.locator(`${line(1)} .line-text`)).toHaveText(markup);
    await expect(page.locator(`${line(1)} .line-who`)).toHaveText('<b onclick="x">Dana</b> "Quoted"');
    await page.locator('#transcript-search').fill('<script>');
    await expect(page.locator('mark')).toHaveText('<script>');
    await expect(page.locator(`${line(1)} .line-text`)).toHaveText(markup);
    const direction = await page.locator(`${line(2)} .line-text`).evaluate((text) => getComputedStyle(text).direction);
    expect(direction).toBe('rtl');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await page.title()).toContain('Hostile words');
  });

  test('nobody is named, or nothing could be read', async ({ page, sim }) => {
    const nameless = await meeting(page, sim, 'Nobody named', { blocks: blocksOf(TALK.map(({ speaker: _, ...rest }) => rest)) });
    await openWatch(page, nameless.interaction);
    await expect(page.locator('#transcript-unattributed')).toBeVisible();
    await expect(page.locator('#transcript-speaker')).toHaveCount(0);
    const raw = `'[{"type": "codeBlock", "props": {}, "content": [{"type": "text", "text": "<html>Bad gateway</html>", "styles": {}}]}]'::jsonb`;
    const unreadable = await meeting(page, sim, 'Not to be read', { blocks: raw });
    await openWatch(page, unreadable.interaction);
    await expect(page.locator('#transcript-unreadable')).toBeVisible();
    await expect(page.locator('#transcript-raw')).toHaveText('<html>Bad gateway</html>');
  });

  test('three hours are there at once, scroll and are searched', async ({ page, sim }) => {
    test.setTimeout(90_000);
    const { interaction } = await meeting(page, sim, 'Three hours', { blocks: manyBlocks(5000) });
    // Each look that finds something else makes Playwright draw the tree of the whole page, which takes seconds here: so the page waits.
    const said = (text: string) =>
      page.waitForFunction((text) => document.querySelector('#transcript-search-count')?.textContent === text, text);
    const start = Date.now();
    await page.goto(watchPath(interaction));
    expect(await page.locator('.line').count()).toBe(5000);
    const shown = Date.now() - start;
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    const ready = Date.now() - start;
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
    const search = page.locator('#transcript-search');
    await search.fill('marmot');
    await said('1 of 50');
    await search.press('Shift+Enter');
    await said('50 of 50');
    await page.waitForFunction(() => {
      const line = document.querySelector('#line-5000')!.getBoundingClientRect();
      const region = document.querySelector('#transcript-lines')!.getBoundingClientRect();
      return line.top >= region.top && line.bottom <= region.bottom;
    });
    // How long the browser is busy with a search, and with scrolling.
    const busy = await page.evaluate(async () => {
      const box = document.querySelector<HTMLInputElement>('#transcript-search')!;
      const region = document.querySelector('#transcript-lines')!;
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const until = async (text: string) => {
        while (!document.querySelector('#transcript-search-count')!.textContent!.includes(text)) await frame();
      };
      let from = performance.now();
      box.value = 'machine';
      box.dispatchEvent(new Event('input', { bubbles: true }));
      await until('4950');
      const search = performance.now() - from;
      const frames = async (count: number, top: (n: number) => number) => {
        const times: number[] = [];
        for (let n = 0; n < count; n += 1) {
          from = performance.now();
          region.scrollTop = top(n);
          await frame();
          times.push(performance.now() - from);
        }
        times.sort((a, b) => a - b);
        return { middle: Math.round(times[count >> 1]!), slowest: Math.round(times[count - 1]!) };
      };
      // A finger on a wheel that is turned fast, and a thumb that is dragged from one end to the other.
      const wheel = await frames(180, (n) => 2_000 + n * 120);
      const drag = await frames(60, (n) => (region.scrollHeight * n) / 60);
      return { search: Math.round(search), wheel, drag };
    });
    console.log(
      `5,000 lines: painted after ${Math.round(paint)} ms, all there after ${shown} ms, interactive after ${ready} ms; ` +
        `4,950 hits after ${busy.search} ms (120 of them waiting for the next key); ` +
        `frames by the wheel: median ${busy.wheel.middle} ms, slowest ${busy.wheel.slowest} ms; ` +
        `dragged through: median ${busy.drag.middle} ms, slowest ${busy.drag.slowest} ms`,
    );
    expect(ready).toBeLessThan(10_000);
    await page.locator('#transcript-speaker').selectOption('Ada Example');
    expect(await page.locator('.line:not([hidden])').count()).toBe(1666);
  });
});

test.describe('a phone', () => {
  test.use({ role: 'tech', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('the film stays in sight above the lines', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'On a phone', { blocks: blocksOf(TALK) });
    await openWatch(page, interaction);
    await page.locator('#watch-video').evaluate((video: HTMLVideoElement) => (video.currentTime = 45));
    await expect(page.locator(current)).toHaveId('line-15');
    await expect(page.locator(current)).toBeInViewport();
    await expect(page.locator('#watch-video')).toBeInViewport({ ratio: 0.9 });
    const [film, line] = await Promise.all([page.locator('#watch-stage').boundingBox(), page.locator(current).boundingBox()]);
    expect(line!.y).toBeGreaterThanOrEqual(film!.y + film!.height - 1);
  });
});

test.describe('a transcript by itself', () => {
  test.use({ role: 'tech' });

  test('is read, searched and leads to the film', async ({ page, sim }) => {
    const { interaction, document } = await meeting(page, sim, 'Read alone', { blocks: blocksOf(TALK) });
    await open(page, `/msp/documents/${document}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Transcript – Read alone');
    await expect(page.locator('#document-client-link')).toHaveText('Acme Manufacturing');
    await expect(page.locator('#document-interaction-link')).toHaveAttribute('href', `/msp/interactions/${interaction}`);
    await page.locator('#transcript-search').fill('straße');
    await expect(page.locator('#transcript-search-count')).toHaveText('1 of 5');
    await page.locator(line(6)).locator('.line-time').click();
    await expect(page.locator('#watch-page')).toBeVisible();
    await expect.poll(async () => (await film(page)).at).toBeGreaterThanOrEqual(15);
    expect(await focusedId(page)).not.toBe('transcript-search');
  });

  test('what is not there is not found', async ({ page, guard }) => {
    guard.expectStatus(404, /\/msp\/(documents|interactions)/);
    expect(await open(page, '/msp/documents/0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b')).toBe(404);
    expect(await open(page, watchPath('0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b'))).toBe(404);
    expect(await open(page, watchPath(twoParts(), '?session=9'))).toBe(404);
  });
});

test.describe('another tenant', () => {
  test.use({ role: 'contosoAdmin' });

  test('sees none of it', async ({ page, guard }) => {
    guard.expectStatus(404, /\/msp\/interactions/);
    expect(await open(page, watchPath(twoParts()))).toBe(404);
  });
});

test.describe('without script', () => {
  test.use({ role: 'tech', javaScriptEnabled: false });

  test('the lines are read, and lead to their moments', async ({ page, sim }) => {
    const { interaction } = await meeting(page, sim, 'Read without script', { blocks: blocksOf(TALK) });
    await page.goto(watchPath(interaction));
    await expect(page.locator('.line')).toHaveCount(40);
    await expect(page.locator('#watch-video')).toHaveAttribute('controls', '');
    await expect(page.locator('#watch-video track')).toHaveAttribute('kind', 'captions');
    await expect(page.locator('#transcript-search')).toBeHidden();
    await page.locator(line(6)).locator('.line-time').click();
    await expect(page.locator('#watch-video')).toHaveAttribute('src', /#t=15$/);
    await expect(page.locator('#transcript-download-vtt')).toHaveAttribute('href', /^\/api\/documents\/[-0-9a-f]+\/download$/);
  });
});
