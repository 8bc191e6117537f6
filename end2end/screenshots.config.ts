import { fileURLToPath } from 'node:url';
import base from './playwright.config';

// `npm run screenshots`: a picture of every screen, light, dark and on a phone, in test-results/screens.
export default { ...base, testDir: fileURLToPath(new URL('screenshots', import.meta.url)), fullyParallel: true };
