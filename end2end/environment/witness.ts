// Stands between the tests and the server and reads every answer, because nothing that Microsoft gave only to the server may reach
// a browser: no address of Graph (the content of a recording is fetched from one, with a token) and no token.

import { Agent, createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** What is no secret by its form, but by where it comes from, is given by the one who starts the tests. */
const TOKEN = /eyJ[\w-]{16,}\.[\w-]{16,}/;
const CONTENT_ADDRESS = /onlineMeetings(\/|\('|%28)[^\s"]{8,}\/(recordings|transcripts)/;
/** A page of Microsoft's for people, to which the settings of Teams lead. */
const CONSENT = /https?:\/\/[^\s"\\]+\/adminconsent\?client_id=/g;
const READABLE = /^(text\/|image\/svg|application\/(json|javascript|xml))/;

const DECODERS: Record<string, (body: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };

/** The first of what must not be in a text, with what stands around it. */
export function leakIn(text: string, secrets: string[]): string | undefined {
  const found = [...secrets.map((secret) => text.indexOf(secret)), text.search(TOKEN), text.search(CONTENT_ADDRESS)].filter((at) => at >= 0);
  const [first] = found;
  return first === undefined ? undefined : text.slice(Math.max(0, first - 60), first + 120);
}

/** Passes everything on to `server` and tells what it has seen that must not be seen. */
export async function witness(server: URL, port: number, secrets: string[], tell: (leak: string) => void): Promise<Server> {
  const judge = (what: string, text: string) => {
    const leak = leakIn(text.replace(CONSENT, ''), secrets);
    if (leak !== undefined) tell(`${what}: ${leak}`);
  };
  // A connection that is kept may be closed by the server just when it is used again.
  const agent = new Agent({ keepAlive: false });
  const proxy = createServer((asked, answer) => {
    const onward = send(server, { path: asked.url, method: asked.method, headers: asked.headers, setHost: false, agent }, (answered) => {
      judge(`header of ${asked.url}`, answered.rawHeaders.join('\n'));
      const { connection: _, ...headers } = answered.headers;
      answer.writeHead(answered.statusCode!, answered.statusMessage, headers);
      answered.pipe(answer);
      // A server that ended in the middle must look like that from here, too.
      answered.on('error', () => answer.destroy());
      read(answered, (text) => judge(`body of ${asked.url}`, text));
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((listening, failed) => proxy.once('error', failed).listen(port, '127.0.0.1', listening));
  return proxy;
}

/** Hands out a readable body, also one that was cut off; one of events by piece, because it has no end. */
function read(answered: IncomingMessage, whole: (text: string) => void): void {
  const type = answered.headers['content-type'] ?? '';
  if (!READABLE.test(type)) return;
  if (type.startsWith('text/event-stream')) {
    answered.on('data', (piece: Buffer) => whole(piece.toString()));
    return;
  }
  const pieces: Buffer[] = [];
  const decode = DECODERS[answered.headers['content-encoding'] ?? ''] ?? ((body) => body);
  answered.on('data', (piece: Buffer) => pieces.push(piece));
  answered.on('end', () => whole(decode(Buffer.concat(pieces)).toString()));
}
