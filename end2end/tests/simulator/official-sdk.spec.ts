// Microsoft's own client library against the simulator: whatever the two of us believe about Graph, the library was written for
// the real one. No browser is involved.

import {
  AuthenticationHandler,
  Client,
  type Context,
  type Middleware,
  PageIterator,
  RedirectHandler,
  RetryHandler,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { here } from '../../environment/here';
import { expect, test } from '../../fixtures/test';

const TENANT = '11111111-1111-4111-8111-111111111111';
const ORGANIZER = '33333333-3333-4333-8333-333333333333';

const MICROSOFT = 'https://graph.microsoft.com';

/** The library speaks to Microsoft's own address only, so the simulator is put there. */
class Redirected implements Middleware {
  constructor(private readonly simulator: string) {}
  async execute(context: Context): Promise<void> {
    const answer = await fetch(String(context.request).replace(MICROSOFT, this.simulator), context.options as RequestInit);
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    const body = isJson ? (await answer.text()).replaceAll(this.simulator, MICROSOFT) : answer.body;
    context.response = new Response(body, { status: answer.status, headers: answer.headers });
  }
}

async function connect(): Promise<Client> {
  const { simulator } = here();
  const answer = await fetch(`${simulator}/login/${TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '22222222-2222-4222-8222-222222222222',
      client_secret: 'northwind-demo-secret',
      scope: `${MICROSOFT}/.default`,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const chain: Middleware[] = [
    new AuthenticationHandler({ getAccessToken: async () => token }),
    new RetryHandler(),
    new RedirectHandler(),
    new TelemetryHandler(),
    new Redirected(simulator),
  ];
  chain.forEach((part, index) => chain[index + 1] && part.setNext!(chain[index + 1]!));
  return Client.initWithMiddleware({ middleware: chain[0]! });
}

test('creates an event, resolves the meeting, pages through artifacts', async ({ sim }) => {
  const client = await connect();
  const event = await client.api(`/users/${ORGANIZER}/events`).header('Prefer', 'IdType="ImmutableId"').post({
    subject: 'Made by the official library',
    start: { dateTime: '2026-12-01T15:00:00', timeZone: 'America/Chicago' },
    end: { dateTime: '2026-12-01T15:30:00', timeZone: 'America/Chicago' },
    isOnlineMeeting: true,
    onlineMeetingProvider: 'teamsForBusiness',
    transactionId: randomUUID(),
  });
  try {
    expect(event.start).toEqual({ dateTime: '2026-12-01T21:00:00.0000000', timeZone: 'UTC' });

    const link = encodeURIComponent(event.onlineMeeting.joinUrl);
    const found = await client.api(`/users/${ORGANIZER}/onlineMeetings`).filter(`JoinWebUrl eq '${link}'`).get();
    expect(found.value).toHaveLength(1);
    const meeting = found.value[0];
    expect(meeting.joinWebUrl).toBe(event.onlineMeeting.joinUrl);

    const made: string[] = [];
    for (let day = 0; day < 7; day++) made.push(await sim.addArtifact(meeting.id, 'recording'));
    await sim.changeTeams({ page_size: 3 });
    const recordings = `/users/${ORGANIZER}/onlineMeetings/${encodeURIComponent(meeting.id)}/recordings`;
    const seen: string[] = [];
    const iterator = new PageIterator(client, await client.api(recordings).get(), (recording: { id: string }) => seen.push(recording.id) > 0);
    await iterator.iterate();
    expect(seen.sort()).toEqual(made.sort());

    const content = (await client.api(`${recordings}/${encodeURIComponent(seen[0]!)}/content`).getStream()) as ReadableStream<Uint8Array>;
    const { value } = await content.getReader().read();
    expect(Buffer.from(value!).subarray(4, 8).toString()).toBe('ftyp');
  } finally {
    await sim.usualTeams();
    await client.api(`/users/${ORGANIZER}/events/${encodeURIComponent(event.id)}`).header('Prefer', 'IdType="ImmutableId"').delete();
  }
});

test('creates a subscription with its handshake, and is told of a recording', async ({ sim }) => {
  const received: { url: string; body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const token = new URL(request.url!, 'http://x').searchParams.get('validationToken');
      received.push({ url: request.url!, body });
      response.writeHead(token === null ? 202 : 200, { 'content-type': 'text/plain' }).end(token ?? '');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const home = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const client = await connect();
  const [meeting] = await sim.meetings();
  const subscription = await client.api('/subscriptions').post({
    changeType: 'created',
    notificationUrl: `${home}/recordings`,
    lifecycleNotificationUrl: `${home}/lifecycle`,
    // The organizer's is the server's own: an app has one for each resource.
    resource: `communications/onlineMeetings/${encodeURIComponent(meeting!.id)}/recordings`,
    expirationDateTime: new Date(Date.now() + 48 * 3600 * 1000).toISOString(),
    clientState: 'a secret of ours',
  });
  let recording: string | undefined;
  await sim.tells(true);
  try {
    expect(received.map(({ url }) => url.split('?')[0]).sort()).toEqual(['/lifecycle', '/recordings']);
    const listed = await client.api('/subscriptions').get();
    expect(listed.value.map(({ id }: { id: string }) => id)).toContain(subscription.id);

    recording = await sim.addArtifact(meeting!.id, 'recording');
    await expect.poll(() => received.filter(({ body }) => body).length).toBeGreaterThan(0);
    const notification = JSON.parse(received.find(({ body }) => body)!.body).value[0];
    expect(notification).toMatchObject({ subscriptionId: subscription.id, changeType: 'created', clientState: 'a secret of ours' });
    expect(notification.resourceData.id).toBe(recording);
  } finally {
    await sim.tells(false);
    await client.api(`/subscriptions/${subscription.id}`).delete();
    if (recording) await sim.removeArtifact(recording);
    receiver.close();
  }
  await expect(client.api(`/subscriptions/${subscription.id}`).get()).rejects.toMatchObject({ statusCode: 404 });
});
