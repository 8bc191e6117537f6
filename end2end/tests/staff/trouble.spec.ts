import { expectAccessible } from '../../fixtures/a11y';
import { open } from '../../fixtures/page';
import { QuickAdd } from '../../fixtures/quick-add';
import { asked, openRequest } from '../../fixtures/requests';
import { expect, test } from '../../fixtures/test';
import { found, notFound } from '../../fixtures/trouble';

const QUICK_ADD = '#quick-add-interaction-create-teams-meeting-toggle-trouble';
const POPUP = '#generate-teams-meeting-entry-popup-trouble';
const REQUEST = '#generate-teams-meeting-trouble';

test.afterEach(() => notFound());

test.describe('who schedules', () => {
  test.use({ role: 'dispatcher' });

  test('is told what the last check has found, and whom to ask', async ({ page }) => {
    found({ token: 'secret-expired', scope: 'scope-too-wide', notifications: 'handshake-failed' });
    const quickAdd = await QuickAdd.openFor(page, 'Acme Manufacturing');
    await quickAdd.fillMeeting('In spite of all');
    const trouble = page.locator(QUICK_ADD);
    await expect(trouble).toContainText('The client secret has expired.');
    await expect(trouble.locator('li')).toHaveCount(1);
    await expect(trouble).toContainText('Ask an administrator');
    await expect(trouble.getByRole('link')).toHaveCount(0);
    await expectAccessible(page);

    await open(page, '/msp/schedule?new=entry');
    await page.locator('#entry-popup-client-picker').fill('Acme Manufacturing');
    await page.getByRole('option', { name: 'Acme Manufacturing' }).click();
    await expect(page.locator(POPUP)).toContainText('The client secret has expired.');

    await openRequest(page, asked({ service: 'While Teams is in trouble', days: 51 }));
    await expect(page.locator(REQUEST)).toContainText('The client secret has expired.');

    // When all is well there is nothing to say.
    notFound();
    await page.reload();
    await expect(page.locator('#generate-teams-meeting')).toBeVisible();
    await expect(page.locator(REQUEST)).toHaveCount(0);
  });
});

test.describe('who administers', () => {
  test.use({ role: 'admin' });

  test('is led to the check', async ({ page }) => {
    found({ transcripts: 'transcripts-off' });
    await openRequest(page, asked({ service: 'While transcripts are off', days: 52 }));
    await expect(page.locator(REQUEST)).toContainText('does not let apps read transcripts');
    await page.locator(`${REQUEST}-link`).click();
    await expect(page.locator('#teams-diagnosis-transcripts')).toContainText('does not let apps read transcripts');
  });
});
