import { clientPath, open } from '../../fixtures/page';
import { expect, test } from '../../fixtures/test';

test.use({ role: 'contosoAdmin' });

test("another tenant's pages look like pages that are not there", async ({ page, guard, newContext, sessions }) => {
  const ours = await (await newContext({ storageState: await sessions.of('dispatcher') })).newPage();
  const acme = await clientPath(ours, 'Acme Manufacturing');
  await open(ours, acme);
  const interaction = (await ours.locator('#client-timeline .row-link').first().getAttribute('href'))!;

  const contact = (await ours.locator('#client-contacts .contact-name').first().getAttribute('href'))!;

  for (const path of [acme, `${acme}?new=interaction`, interaction, `${interaction}?do=edit`, contact]) {
    guard.expectStatus(404, /\/msp\//);
    expect(await open(page, path), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
    expect(await page.content()).not.toContain('Acme Manufacturing');
    expect(await page.content()).not.toContain('ada@acme.example');
  }
  const id = acme.split('/').at(-1)!;
  for (const path of [
    `/api/clients/page?client_id=${id}`,
    `/api/interactions/form?client_id=${id}`,
    `/api/interactions/page?interaction_id=${interaction.split('/').at(-1)}`,
    `/api/interactions/edit-form?interaction_id=${interaction.split('/').at(-1)}`,
    `/api/contacts/page?contact_id=${contact.split('/').at(-1)}`,
    `/api/timeline/page?place=client.${id}`,
    `/api/timeline/page?place=contact.${contact.split('/').at(-1)}`,
  ]) {
    const answer = await page.request.get(path);
    expect(answer.status(), path).toBe(404);
    expect(await answer.text()).not.toContain('cme');
  }
  await open(page, '/msp/clients');
  await expect(page.locator('#client-list tbody tr')).toHaveCount(8);
  await expect(page.locator('#client-list')).not.toContainText('Acme');
});
