import { fileURLToPath } from 'node:url';
import { SCREENS } from '../fixtures/screens';
import { clientPath, open } from '../fixtures/page';
import { test } from '../fixtures/test';

const folder = fileURLToPath(new URL('../test-results/screens', import.meta.url));

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
} as const;

for (const [look, options] of Object.entries(LOOKS)) {
  test.describe(look, () => {
    test.use({ ...options, contextOptions: { reducedMotion: 'reduce' } });
    for (const { name, staff, role, show } of SCREENS) {
      test.describe(name, () => {
        test.use({ role: staff ? (role ?? 'dispatcher') : null });
        test(`${name} ${look}`, async ({ page, guard, sim }) => {
          await show(page, guard, sim);
          await page.screenshot({ path: `${folder}/${name}-${look}.png` });
        });
      });
    }
  });
}

test.describe('README', () => {
  test.use({ role: 'dispatcher', colorScheme: 'light' });
  test('picture for the README', async ({ page }) => {
    await open(page, await clientPath(page, 'Acme Manufacturing'));
    await page.screenshot({ path: fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url)) });
  });
});
