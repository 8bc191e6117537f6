import { expectAccessible } from '../../fixtures/a11y';
import { SCREENS } from '../../fixtures/screens';
import { expect, test } from '../../fixtures/test';

for (const { name, staff, show } of SCREENS) {
  test.describe(`screen ${name}`, () => {
    test.use({ role: staff ? 'dispatcher' : null });

    test('is accessible in light and in dark colours', async ({ page, guard }) => {
      await show(page, guard);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expectAccessible(page);
      }
    });

    test.describe('phone', () => {
      test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

      test('fits a phone', async ({ page, guard }) => {
        await show(page, guard);
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
