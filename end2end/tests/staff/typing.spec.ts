import type { Page } from '@playwright/test';
import { clientPath, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

interface Held extends Window {
  hold?: boolean;
  draw?: () => void;
}

/** Lets the test say when the browser draws: what waits for the next frame comes late, as it does where there is a lot to do. */
async function holdFrames(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const held = window as Held;
    const waiting: FrameRequestCallback[] = [];
    const soon = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (run) => (held.hold ? waiting.push(run) : soon(run));
    held.draw = () => {
      held.hold = false;
      for (const run of waiting.splice(0)) soon(run);
    };
  });
}

async function contactPath(page: Page, name: string): Promise<string> {
  const answer = await page.request.get(`/api/contacts/list?q=${encodeURIComponent(name)}`);
  const { rows } = (await answer.json()) as { rows: { contact_id: string }[] };
  return `/msp/contacts/${rows[0]!.contact_id}`;
}

/** Every form in a dialog: where it is opened, and a box that is not the one which gets the focus first. */
const FORMS: { name: string; at: (page: Page) => Promise<string>; opener: string; box: string; api: RegExp }[] = [
  {
    name: 'a new client',
    at: async () => '/msp/clients',
    opener: '#clients-add-button',
    box: '#client-form-phone',
    api: /\/api\/clients\/new-form/,
  },
  {
    name: 'a client',
    at: (page) => clientPath(page, 'Globex'),
    opener: '#client-edit-button',
    box: '#client-form-country',
    api: /\/api\/clients\/edit-form/,
  },
  {
    name: 'a new contact',
    at: async () => '/msp/contacts',
    opener: '#contacts-add-button',
    box: '#contact-form-role',
    api: /\/api\/contacts\/new-form/,
  },
  {
    name: 'a contact',
    at: (page) => contactPath(page, 'Ada'),
    opener: '#contact-edit-button',
    box: '#contact-form-role',
    api: /\/api\/contacts\/edit-form/,
  },
  {
    name: 'a new interaction',
    at: (page) => clientPath(page, 'Globex'),
    opener: '#client-interactions-add-button',
    box: '#quick-add-interaction-notes-editor',
    api: /\/api\/interactions\/form/,
  },
];

test.describe('who types before the form has the focus is not disturbed', () => {
  test.use({ role: 'dispatcher' });

  for (const { name, at, opener, box, api } of FORMS) {
    test(name, async ({ page }) => {
      await holdFrames(page);
      await open(page, await at(page));
      // And the form itself comes late.
      await page.route(api, async (route) => {
        const answer = await route.fetch();
        await new Promise((resolve) => setTimeout(resolve, 300));
        await route.fulfill({ response: answer });
      });
      await page.evaluate(() => {
        (window as Held).hold = true;
      });
      await page.locator(opener).click();
      const field = page.locator(box);
      await field.focus();
      const element = await field.elementHandle();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('Typed slowly, ');
      await page.evaluate(
        () =>
          new Promise((done) => {
            (window as Held).draw!();
            requestAnimationFrame(() => requestAnimationFrame(done));
          }),
      );
      await page.keyboard.type('letter by letter');
      await expect(field).toHaveValue('Typed slowly, letter by letter');
      await expect(field).toBeFocused();
      expect(await element!.evaluate((element) => element.isConnected), 'the form was drawn once').toBe(true);
    });
  }
});
