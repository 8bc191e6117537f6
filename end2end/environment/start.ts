// What the tests run against, for each worker: see surroundings.ts.
//
// SERVER_BIN, SIM_BIN   the programs; default: the debug build
// DATABASE_URL          a database beside which each worker gets its own; default: the program's private clusters, in folders that are
//                       deleted afterwards

import { createServer } from 'node:http';
import type { FullConfig } from '@playwright/test';
import { handOver } from './here';
import { freePort } from './programs';
import { Surroundings } from './surroundings';

export default async function start({ workers }: FullConfig): Promise<() => Promise<void>> {
  const started: Surroundings[] = [];
  let renewing: Renewing;
  const stop = async () => {
    await all(started.map((surroundings) => surroundings.remove()));
  };
  try {
    await all(
      Array.from({ length: workers }, async (_, worker) => {
        started[worker] = await Surroundings.of(worker);
      }),
    );
    renewing = await renewer(started);
  } catch (error) {
    await stop();
    throw error;
  }
  handOver(
    started.map(({ environment }) => environment),
    renewing.url,
  );
  return async () => {
    renewing.close();
    await stop();
  };
}

/** Waits for all of them, even if one fails: what was started must not be left behind. */
async function all(promises: Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(promises);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

interface Renewing {
  url: string;
  close: () => void;
}

/** Makes a worker's surroundings anew when it asks for that with its number: a worker is a process of its own. */
async function renewer(started: Surroundings[]): Promise<Renewing> {
  const port = await freePort();
  // One after the other, should a worker not have waited for its turn.
  const turns = started.map(() => Promise.resolve());
  const server = createServer((asked, answer) => {
    const worker = Number(asked.url!.slice(1));
    const turn = turns[worker]!.then(() => started[worker]!.renew());
    turns[worker] = turn.catch(() => undefined);
    const done = (status: number, text: string) => answer.writeHead(status).end(text);
    turn.then(
      () => done(200, ''),
      (error: Error) => done(500, error.message),
    );
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
