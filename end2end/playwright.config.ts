import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import type { Options } from './fixtures/test';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const isRoot = process.getuid?.() === 0;

export default defineConfig<Options>({
  testDir: here('tests'),
  outputDir: here('test-results'),
  globalSetup: here('environment/start.ts'),
  // Each has its own simulator, database and server (environment/start.ts). A worker takes file after file, in the order of their paths.
  workers: 2,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    // Not the zone of the demo's staff, so that a time which the browser had formatted would show.
    timezoneId: 'Asia/Tokyo',
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
      // The sandbox cannot be had as root.
      chromiumSandbox: !isRoot,
      args: [
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
