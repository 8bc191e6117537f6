import { readFileSync } from 'node:fs';
import { expectAccessible } from '../../fixtures/a11y';
import { CONTOSO, reconnect } from '../../fixtures/contoso';
import { sql } from '../../fixtures/database';
import { focusedId, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

const TEAMS = '/msp/settings/integrations/teams';

test.use({ role: 'contosoAdmin' });

const words = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../../locales/${language}/settings.json`, import.meta.url), 'utf8'));
/** The text before what is filled in. */
const before = (text: string) => text.split('{{')[0]!.trim();

for (const language of ['en', 'de', 'fr'] as const) {
  test(`the page is worked by keyboard alone, and says what becomes of it, in ${language}`, async ({ page, context, guard, url }) => {
    guard.expectStatus(422, /\/api\/settings\/teams-organizer/);
    const said = words(language);
    reconnect();
    await context.addCookies([{ name: 'i18n_pref_locale', value: language, url }]);
    await open(page, TEAMS);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    // What a screen reader is told without being asked.
    await page.evaluate(() => {
      const told: string[] = [];
      const listen = () => {
        for (const region of document.querySelectorAll('[role="status"], [role="alert"], [aria-live="polite"]')) {
          const text = region.textContent!.trim();
          if (text && !told.includes(text)) told.push(text);
        }
      };
      listen();
      told.length = 0;
      new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { told });
    });
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
    const tabTo = async (id: string) => {
      for (let n = 0; n < 60 && (await focusedId(page)) !== id; n += 1) await page.keyboard.press('Tab');
      expect(await focusedId(page)).toBe(id);
    };

    await test.step('what is wrong is said with its field', async () => {
      await tabTo('teams-default-meeting-organizer-upn');
      const organizer = page.locator('#teams-default-meeting-organizer-upn');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(CONTOSO.organizerId);
      await page.keyboard.press('Enter');
      await expect(organizer).toHaveAttribute('aria-invalid', 'true');
      await expect(organizer).toBeFocused();
      const problem = await page.locator('#teams-default-meeting-organizer-upn-error').innerText();
      await expect(organizer).toHaveAccessibleDescription(new RegExp(problem.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(CONTOSO.organizer);
      await page.keyboard.press('Enter');
      await expect(page.locator('#teams-said')).toHaveText(said.said_organizer!);
      expect(await told()).toContain(said.said_organizer);
    });

    await test.step('the check is begun, followed and read', async () => {
      await tabTo('teams-second-mailbox');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(CONTOSO.colleague);
      await tabTo('teams-run-diagnostics');
      await page.keyboard.press('Enter');
      await expect(page.locator('#teams-diagnosis-status')).toContainText(before(said.check_passed!));
      const heard = await told();
      expect(heard).toContain(said.check_begins);
      expect(heard.some((text) => text.startsWith(before(said.check_passed!)))).toBe(true);
      const lines = page.locator('#teams-diagnosis').getByRole('listitem');
      await expect(lines).toHaveCount(12);
      for (const line of await lines.all()) await expect(line).toContainText(said.step_passed!);
      // How the first is known.
      const first = page.locator('#teams-diagnosis-token');
      expect(await focusedId(page)).toBe('teams-run-diagnostics');
      await page.keyboard.press('Tab');
      await expect(first.locator('summary')).toBeFocused();
      await expect(first.locator('summary')).toHaveText(said.check_how!);
      await page.keyboard.press('Enter');
      await expect(first.locator('details')).toHaveAttribute('open');
    });

    await test.step('a question has a name, and gives the focus back', async () => {
      await tabTo('teams-expose-recordings-in-portal');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await expect(dialog).toHaveAccessibleName(/.{10}/);
      await expect(page.locator('#teams-question-effect')).toContainText(/\d/);
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await expect(page.locator('#teams-expose-recordings-in-portal')).toBeFocused();
    });
    await expectAccessible(page);
  });
}

test('a check that is begun while a change is being saved is followed to its end', async ({ page }) => {
  reconnect();
  sql('DELETE FROM teams_diagnoses');
  await open(page, TEAMS);
  const invites = page.locator('#send-meeting-invites-switch');
  const was = await invites.isChecked();
  // The page as it was before the check, which comes after it has begun.
  const held: (() => void)[] = [];
  await page.route(/\/api\/settings\/teams(\?|$)/, async (route) => {
    const response = await route.fetch();
    await new Promise<void>((resume) => held.push(resume));
    await route.fulfill({ response });
  });
  await invites.setChecked(!was);
  await page.locator('#teams-save-draft').press('Enter');
  await expect.poll(() => held.length).toBe(1);
  const begun = page.waitForResponse(/\/api\/settings\/teams-check$/);
  await page.locator('#teams-run-diagnostics').click();
  await begun;
  held[0]!();
  await expect.poll(() => invites.evaluate((input: HTMLInputElement) => input.defaultChecked)).toBe(!was);
  await expect(page.locator('#teams-diagnosis-status')).toContainText('Everything that was tried works.');

  await page.unrouteAll();
  await invites.setChecked(was);
  await page.locator('#teams-save-draft').press('Enter');
  await expect.poll(() => invites.evaluate((input: HTMLInputElement) => input.defaultChecked)).toBe(was);
  await expect(page.locator('#teams-diagnosis-status')).toContainText('Everything that was tried works.');
});
