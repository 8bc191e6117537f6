import type { Page } from '@playwright/test';
import { sql } from '../../fixtures/database';
import { open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'dispatcher' });

// Other tests count the clients.
test.afterAll(() => {
  sql(`DELETE FROM contacts WHERE email IN ('kim@fine.example', 'paul@plain.example');
    DELETE FROM client_locations USING clients c WHERE client_locations.client_id = c.client_id AND c.client_name LIKE 'Plum,%';
    DELETE FROM clients WHERE client_name IN ('Plum, Pear & Co', '<script>alert(1)</script>', 'Fine Ltd')`);
});

const give = async (page: Page, content: string | Buffer, name = 'list.csv') => {
  await page.locator('#import-file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.locator('#import-upload-button').click();
};
const number = (page: Page, id: string) => page.locator(`#import-${id}`);

test('a good file is looked at, loaded again in between, and imported once', async ({ page }) => {
  await open(page, '/msp/clients');
  await page.locator('#clients-import-link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Import clients');
  await give(page, 'Client Name,Website,City,Shoe size\r\n"Plum, Pear & Co",plum.example,"Köln\r\nDeutz",37\r\n<script>alert(1)</script>,,,\r\nGlobex,,,\r\n');
  await expect(page).toHaveURL(/\/msp\/clients\/import\/[0-9a-f-]{36}$/);
  await expect(number(page, 'added')).toHaveText('2');
  await expect(number(page, 'unchanged')).toHaveText('1');
  await expect(page.locator('#import-ignored')).toContainText('Shoe size');
  await expect(page.locator('#import-rows tbody tr').nth(0)).toContainText('Köln, Deutz');
  await expect(page.locator('#import-rows tbody tr').nth(1)).toContainText('<script>alert(1)</script>');
  expect(sql(`SELECT count(*) FROM clients WHERE client_name LIKE 'Plum%'`)).toBe('0');
  await page.reload();
  await expect(number(page, 'added')).toHaveText('2');
  const url = page.url();
  await page.locator('#import-confirm-button').click();
  await expect(page.locator('#import-result')).toContainText('The file was imported');
  await expect(number(page, 'added')).toHaveText('2');
  await open(page, new URL(url).pathname);
  await expect(page.locator('#import-result')).toBeVisible();
  expect(sql(`SELECT count(*) FROM clients WHERE client_name LIKE 'Plum%'`)).toBe('1');
  await page.locator('#import-list-link').click();
  await page.locator('#client-search-input').fill('<script>');
  await expect(page.locator('#client-list tbody tr')).toHaveText([/<script>alert\(1\)<\/script>/]);
});

test('what is wrong is told by line, and stands in the way until it is left out', async ({ page }) => {
  await open(page, '/msp/contacts/import');
  const rows = Array.from({ length: 150 }, (_, n) => `Person ${n},nobody,,\n`).join('');
  await give(page, `name;email;client;language\n${rows.replaceAll(',', ';')}Kim Fine;kim@fine.example;Fine Ltd;de\n`);
  await expect(number(page, 'wrong')).toHaveText('151');
  const problems = page.locator('#import-problems tbody tr');
  await expect(problems).toHaveCount(100);
  await expect(problems.first()).toHaveText(/^\s*2\s*E-mail address\s*“nobody” is not an e-mail address/);
  await expect(page.locator('#import-more-problems')).toHaveText('And 51 more.');
  await expect(page.locator('#import-nothing')).toBeVisible();
  await page.locator('#import-create-link').click();
  await expect(number(page, 'added')).toHaveText('1');
  await expect(number(page, 'clients')).toHaveText('1');
  await page.locator('#import-confirm-button').click();
  await expect(page.locator('#import-result')).toHaveCount(0);
  await page.locator('#import-leave-out').check();
  await page.locator('#import-confirm-button').click();
  await expect(page.locator('#import-result')).toBeVisible();
  await open(page, '/msp/contacts?client=fine+ltd');
  await expect(page.locator('#contact-list tbody tr')).toHaveText([/Kim Fine/]);
});

test('other encodings are read, and what is none is refused with advice', async ({ page }) => {
  await open(page, '/msp/clients/import');
  await give(page, Buffer.from('name;city\nMüllerei;Köln\n', 'latin1'));
  await expect(page.locator('#import-file-title')).toContainText('windows-1252');
  await expect(page.locator('#import-rows tbody tr')).toHaveText([/Müllerei\s*Köln/]);
  await page.locator('#import-again-link').click();
  await give(page, Buffer.from('\ufeffname\tcity\nMüllerei\tKöln\n', 'utf16le'));
  await expect(page.locator('#import-file-title')).toContainText('UTF-16LE');
  await expect(page.locator('#import-rows tbody tr')).toHaveText([/Müllerei\s*Köln/]);
  for (const [content, words] of [
    [Buffer.from('PK\x03\x04rest'), 'This is a workbook'],
    [Buffer.from([1, 2, 0, 3, 4, 0, 0]), 'could not be read as text'],
    [Buffer.from('colour,size\nred,1\n'), 'The column “Name” is missing.'],
    [Buffer.from('name\n'), 'no lines below its head'],
    [Buffer.from(`name\n${'Acme\n'.repeat(100_000)}`), 'The file has 100000 lines; at most 20000'],
    [Buffer.alloc(6 * 1024 * 1024, 'a'), 'larger than 5 MB'],
  ] as const) {
    await open(page, '/msp/clients/import');
    await give(page, content);
    await expect(page.locator('#import-refused')).toContainText(words);
    await expect(page.locator('#import-refused')).toBeFocused();
  }
});

test('somebody else’s upload is not there', async ({ page, newContext, sessions, guard }) => {
  await open(page, '/msp/clients/import');
  await give(page, 'name\nSecret Ltd\n');
  await expect(number(page, 'added')).toHaveText('1');
  const other = await (await newContext({ storageState: await sessions.of('admin') })).newPage();
  const path = new URL(page.url()).pathname;
  guard.expectStatus(404, /import/);
  expect(await open(other, path)).toBe(404);
});

test('templates are files to be filled in', async ({ page }) => {
  for (const kind of ['clients', 'contacts']) {
    await open(page, `/msp/${kind}/import`);
    const download = page.waitForEvent('download');
    await page.locator('#import-template-link').click();
    expect((await download).suggestedFilename()).toBe(`${kind}.csv`);
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a file is given in, looked at and imported', async ({ page }) => {
    await page.goto('/msp/contacts/import');
    await give(page, 'full_name,email,client\nPaul Plain,paul@plain.example,Globex\n');
    await expect(number(page, 'added')).toHaveText('1');
    await page.locator('#import-confirm-button').click();
    await expect(page.locator('#import-result')).toBeVisible();
    await page.locator('#import-list-link').click();
    await page.locator('#contact-search-input').fill('paul@plain');
    await page.locator('#contact-search-button').click();
    await expect(page.locator('#contact-list tbody tr')).toHaveText([/Paul Plain/]);
    await page.goto('/msp/contacts/import');
    await give(page, 'full_name\nNobody\n');
    await expect(page.locator('#import-refused')).toContainText('The column “E-mail address” is missing.');
  });
});
