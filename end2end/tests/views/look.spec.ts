import { expectAccessible } from '../../fixtures/a11y';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { SCREENS } from '../../fixtures/screens';
import { expect, test } from '../../fixtures/test';

// Each test stands alone, so the workers take them one by one; as the last of all, they keep all workers busy to the end.
test.describe.configure({ mode: 'parallel' });

for (const { name, staff, role, show } of SCREENS) {
  test.describe(`screen ${name}`, () => {
    test.use({ role: staff ? (role ?? 'dispatcher') : null });

    test('is accessible in light and in dark colours', async ({ page, guard, sim }) => {
      await show(page, guard, sim);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expectAccessible(page);
      }
    });

    test.describe('phone', () => {
      test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

      test('fits a phone', async ({ page, guard, sim }) => {
        await show(page, guard, sim);
        const widths = await page.evaluate(() => ({
          content: document.documentElement.scrollWidth,
          window: document.documentElement.clientWidth,
          dialogs: [...document.querySelectorAll('dialog[open]')].map((dialog) => dialog.scrollWidth - dialog.clientWidth),
        }));
        expect(widths.window, 'the page is not zoomed out').toBe(360);
        expect(widths.content).toBeLessThanOrEqual(widths.window);
        expect(widths.dialogs.every((over) => over <= 0)).toBe(true);
        await expectAccessible(page);
      });
    });
  });
}

for (const width of [360, 1280]) {
  test.describe(`${width} pixels wide`, () => {
    test.use({ role: 'dispatcher', viewport: { width, height: 800 } });

    test('the times of a meeting over midnight stay in their place', async ({ page }) => {
      const title = `Over midnight, ${width}`;
      const at = (days: number, time: string) => `(current_date + ${days} + time '${time}') AT TIME ZONE 'Europe/Berlin'`;
      const before = sql(`SELECT interaction_id, title, start_time, end_time, interaction_date FROM interactions
        JOIN clients USING (tenant, client_id) WHERE client_name = 'Globex' AND start_time < now() ORDER BY start_time LIMIT 1`);
      const [id, ...was] = before.split('|');
      const set = (title: string, start: string, end: string, date: string) =>
        sql(`UPDATE interactions SET title = '${title}', start_time = ${start}, end_time = ${end}, interaction_date = ${date}
          WHERE interaction_id = '${id}'`);
      set(title, at(2, '23:30'), at(3, '00:30'), at(2, '23:30'));
      await open(page, '/msp/interactions?q=midnight');
      const time = page.locator('.row', { hasText: title }).locator('.row-time');
      await expect(time).toContainText('00:30');
      const over = await time.evaluate((element) => element.scrollWidth - element.clientWidth);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      const [oldTitle, ...times] = was;
      const [start, end, date] = times.map((time) => (time ? `'${time}'` : 'NULL'));
      set(oldTitle!, start!, end!, date!);
      expect(over).toBeLessThanOrEqual(0);
      expect(wide).toBeLessThanOrEqual(width);
    });
  });
}
