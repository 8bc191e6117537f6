// Nothing that only the server may know has come to a browser, say the other tests; this one says that it would have been seen.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { leakIn, witness } from '../../environment/witness';
import { freePort } from '../../environment/programs';
import { expect, test } from '../../fixtures/test';

const GRAPH = 'http://127.0.0.1:4711';
const TOKEN = `${Buffer.from('{"typ":"JWT","alg":"RS256"}').toString('base64url')}.${Buffer.from('{"aud":"graph","tid":"1"}').toString('base64url')}.x`;

test('what only the server may know is recognised', () => {
  for (const text of [
    `<a href="${GRAPH}/v1.0/users">`,
    `Authorization: Bearer ${TOKEN}`,
    "users/7c/onlineMeetings('MSo3YzAx')/recordings('VjIjIzAx')",
    'users/7c/onlineMeetings/MSo3YzAx/transcripts/VjIjIzAx/content',
  ]) {
    expect(leakIn(`before ${text} after`, [GRAPH]), text).toContain(text.slice(0, 20));
  }
  for (const text of ['/api/online-meetings/recordings/7c', 'https://teams.microsoft.com/l/meetup-join/1', 'eyJ is no token']) {
    expect(leakIn(text, [GRAPH]), text).toBeUndefined();
  }
});

test('it is seen in headers and in bodies, however they are packed', async ({ page }) => {
  const words = `see ${GRAPH}/v1.0`;
  const answers: Record<string, [Record<string, string>, Buffer]> = {
    '/plain': [{ 'content-type': 'text/html' }, Buffer.from(words)],
    '/gzip': [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, gzipSync(words)],
    '/br': [{ 'content-type': 'text/css', 'content-encoding': 'br' }, brotliCompressSync(words)],
    '/events': [{ 'content-type': 'text/event-stream' }, Buffer.from(`data: ${words}\n\n`)],
    '/header': [{ 'content-type': 'video/mp4', link: `<${GRAPH}>` }, Buffer.from('film')],
    '/good': [{ 'content-type': 'text/html' }, Buffer.from('nothing')],
  };
  const server: Server = createServer((asked, answer) => {
    const [headers, body] = answers[asked.url!]!;
    answer.writeHead(200, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const told: string[] = [];
  const door = await freePort();
  const behind = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const proxy = await witness(behind, door, [GRAPH], (leak) => told.push(leak.split(':')[0]!));
  try {
    for (const path of Object.keys(answers)) {
      const answer = await page.request.get(`http://127.0.0.1:${door}${path}`);
      expect(answer.status(), path).toBe(200);
      if (path !== '/header' && path !== '/good') expect(await answer.text(), path).toContain(words);
    }
    await expect.poll(() => told).toEqual(['body of /plain', 'body of /gzip', 'body of /br', 'body of /events', 'header of /header']);
  } finally {
    for (const one of [proxy, server]) {
      one.closeAllConnections();
      one.close();
    }
  }
});
