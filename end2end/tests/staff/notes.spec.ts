import { clientPath, focusedId, open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

const CLIENT = 'Castle Bakery';
const P = '#quick-add-interaction';

/** Vectors that have broken other renderers. Any of them that runs says so. */
const VECTORS = [
  '<script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '<svg onload="window.hit = 1"><a xlink:href="javascript:window.hit=1">x</a></svg>',
  '[link](javascript:window.hit=1)',
  '[link](JaVa&#10;Script:window.hit=1)',
  '![img](x" onerror="window.hit=1)',
  '<a href="data:text/html,<script>window.hit=1</script>">x</a>',
  '<iframe srcdoc="<script>parent.hit=1</script>"></iframe>',
  '```"><img src=x onerror=window.hit=1>\nx\n```',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>',
  '<style>body { display: none }</style>',
  '<form action="/api/session/sign-out" method="post"><button id="content">x</button></form>',
];

test('Markdown is written with the tools, seen before it is saved, and shown', async ({ page }) => {
  const title = 'Notes with a shape';
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  await quickAdd.type.selectOption({ label: 'Note' });
  await quickAdd.title.fill(title);
  await quickAdd.notes.fill('important');
  await quickAdd.notes.selectText();
  await page.keyboard.press('ControlOrMeta+b');
  await expect(quickAdd.notes).toHaveValue('**important**');
  await page.keyboard.press('ControlOrMeta+i');
  await expect(quickAdd.notes).toHaveValue('***important***');
  await quickAdd.notes.fill('one\ntwo');
  await quickAdd.notes.selectText();
  await page.locator(`${P}-notes-tools-list`).click();
  await expect(quickAdd.notes).toHaveValue('- one\n- two');
  await expect(quickAdd.notes).toBeFocused();
  await quickAdd.notes.press('End');
  await page.locator(`${P}-notes-preview-button`).click();
  await expect(page.locator(`${P}-notes-preview li`)).toHaveText(['one', 'two']);
  await expect(quickAdd.notes).toBeHidden();
  await page.locator(`${P}-notes-preview-button`).click();
  await expect(quickAdd.notes).toBeFocused();
  await quickAdd.notes.fill('Agreed:\nsee **plan** at https://x.example/a.\n\n- [x] sent');
  await quickAdd.save.click();
  await quickAdd.row(title).getByRole('link', { name: title, exact: true }).click();
  const notes = page.locator('#interaction-details-notes');
  await expect(notes.locator('strong')).toHaveText('plan');
  await expect(notes.locator('li')).toHaveText('☑ sent');
  const link = notes.getByRole('link');
  await expect(link).toHaveAccessibleName('https://x.example/a (opens in a new tab)');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  await expect(link).toHaveAttribute('target', '_blank');
});

test('the tools are one stop of the tab key', async ({ page }) => {
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  await quickAdd.owner.focus();
  await page.keyboard.press('Tab');
  expect(await focusedId(page)).toBe('quick-add-interaction-notes-tools-bold');
  await page.keyboard.press('ArrowLeft');
  expect(await focusedId(page)).toBe('quick-add-interaction-notes-tools-code');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await focusedId(page)).toBe('quick-add-interaction-notes-tools-italic');
  await page.keyboard.press('Tab');
  expect(await focusedId(page)).toBe('quick-add-interaction-notes-preview-button');
  await page.keyboard.press('Tab');
  expect(await focusedId(page)).toBe('quick-add-interaction-notes-editor');
});

test('nothing that is typed into notes becomes a part of the page', async ({ page }) => {
  const title = 'Attempts';
  const quickAdd = await QuickAdd.openFor(page, CLIENT);
  await quickAdd.type.selectOption({ label: 'Note' });
  await quickAdd.title.fill(title);
  await quickAdd.notes.fill(VECTORS.join('\n\n'));
  await page.locator(`${P}-notes-preview-button`).click();
  const preview = page.locator(`${P}-notes-preview`);
  await expect(preview).toContainText('<script>window.hit = 1</script>');
  const foreign = 'script, style, img, svg, iframe, form, button, math, [onload], [onerror], [style], [id], a:not([href^="http"])';
  await expect(preview.locator('.formatted').locator(foreign)).toHaveCount(0);
  await quickAdd.save.click();
  await quickAdd.row(title).getByRole('link', { name: title, exact: true }).click();
  await expect(page.locator('#interaction-drawer #interaction-details-notes')).toContainText('<style>body { display: none }</style>');
  await page.reload();
  await expect(page.locator('#interaction-details-notes')).toContainText('onerror=');
  await expect(page.locator('#interaction-details-notes .formatted').locator(foreign)).toHaveCount(0);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
});

test('a preview that the server refuses is explained, and the text stays', async ({ page, guard }) => {
  await open(page, `${await clientPath(page, CLIENT)}?new=interaction`);
  const quickAdd = new QuickAdd(page);
  await quickAdd.notes.evaluate((editor: HTMLTextAreaElement) => (editor.value = 'bell \u0007'));
  guard.expectStatus(422, /\/api\/interactions\/preview/);
  await page.locator(`${P}-notes-preview-button`).click();
  await expect(page.locator(`${P}-notes-preview`)).toHaveText('This holds characters that cannot be saved. Type it again.');
  await page.locator(`${P}-notes-preview-button`).click();
  await expect(quickAdd.notes).toHaveValue('bell \u0007');
});
