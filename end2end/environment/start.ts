// What the tests run against: for each worker the simulator of Microsoft's services and `minuted` with demo data, both on free ports.
//
// SERVER_BIN, SIM_BIN   the programs; default: the debug build
// DATABASE_URL          a database beside which each worker gets its own; default: the program's private clusters, in folders that are
//                       deleted afterwards

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FullConfig } from '@playwright/test';
import { sql } from '../fixtures/database';
import { type Environment, handOver } from './here';
import { leakIn, witness } from './witness';

const run = promisify(execFile);

const repository = fileURLToPath(new URL('../..', import.meta.url));
const results = fileURLToPath(new URL('../test-results', import.meta.url));
const built = join(repository, 'target/x86_64-unknown-linux-gnu/debug');

/** The same in all processes on a database. */
const SECRET_KEY = Buffer.alloc(32, 'minuted').toString('base64');

interface Started extends Environment {
  stop: () => Promise<void>;
}

export default async function start({ workers }: FullConfig): Promise<() => Promise<void>> {
  const started: Started[] = [];
  const stop = async () => {
    await all(started.map((environment) => environment.stop()));
  };
  try {
    await all(
      Array.from({ length: workers }, async (_, worker) => {
        started[worker] = await startFor(worker);
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  handOver(started.map(({ stop: _, ...environment }) => environment));
  return stop;
}

/** Waits for all of them, even if one fails: what was started must not be left behind. */
async function all(promises: Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(promises);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function startFor(worker: number): Promise<Started> {
  const children: ChildProcess[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), 'minuted-e2e-'));
  // PostgreSQL's own user has to pass the folder.
  chmodSync(dataDir, 0o755);
  const logs = join(results, `worker-${worker}`);
  mkdirSync(logs, { recursive: true });

  const checks: (() => void)[] = [];
  const stop = async () => {
    // In the opposite order: the server first.
    for (const child of children.reverse()) await end(child);
    rmSync(dataDir, { recursive: true, force: true });
    for (const check of checks) check();
  };
  try {
    const sim = launch(program('SIM_BIN', 'graph-sim'), ['--listen', '127.0.0.1:0', '--demo'], process.env, join(logs, 'simulator.log'));
    children.push(sim);
    const { graph, login } = await simulatorIsReady(sim);

    // Subscriptions are made, but nothing is told by them: see Sim.tells.
    await fetch(`${graph}/_sim/notification-mode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint: 'drop' }),
    });

    // The tests and the browser know only the witness's address.
    const [door, port] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${door}`;
    const behind = new URL(`http://127.0.0.1:${port}`);
    const server = {
      program: program('SERVER_BIN', 'minuted'),
      env: { MINUTED_SECRET_KEY: SECRET_KEY, MINUTED_GRAPH_URL: graph, MINUTED_LOGIN_URL: login },
    };
    const named = process.env.DATABASE_URL;
    const database = named && createDatabase(named, worker);
    const env = {
      ...withoutSettings(process.env),
      ...server.env,
      DATABASE_URL: database,
      MINUTED_LISTEN: behind.host,
      MINUTED_PUBLIC_URL: url,
      MINUTED_DATA_DIR: dataDir,
    };
    await run(server.program, ['seed', '--demo'], { env, cwd: repository });
    const serverLog = join(logs, 'server.log');
    const serve = launch(server.program, ['serve'], env, serverLog);
    children.push(serve);
    await serverIsReady(behind.origin, serve).catch((error: Error) => {
      throw new Error(`${error.message}\n${readFileSync(serverLog, 'utf8')}`);
    });
    const leaks = join(logs, 'leaks.log');
    const proxy = await witness(behind, door, [graph, login], (leak) => appendFileSync(leaks, `${leak}\n`));
    checks.push(() => {
      proxy.closeAllConnections();
      proxy.close();
      const leak = leakIn(readFileSync(serverLog, 'utf8'), []);
      if (leak !== undefined) throw new Error(`The server's log holds what only the server may know: ${leak}`);
    });
    return { url, simulator: graph, dataDir, database: database || privateDatabase(dataDir) || '', leaks, server, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes a worker's database anew beside the one that is named; answers its address. */
function createDatabase(named: string, worker: number): string {
  const url = new URL(named);
  url.pathname += `_worker_${worker}`;
  const name = url.pathname.slice(1);
  sql(`DROP DATABASE IF EXISTS ${name}`, named);
  sql(`CREATE DATABASE ${name}`, named);
  return url.href;
}

function program(variable: string, name: string): string {
  const path = process.env[variable] ?? join(built, name);
  if (!existsSync(path)) throw new Error(`${path} is missing: build it, or name it in ${variable}.`);
  return path;
}

/** Settings of the shell that runs the tests must not reach the program. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith('MINUTED_')));
}

/** What it says goes to a file, too. */
function launch(path: string, args: string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const child = spawn(path, args, { env, cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  return child;
}

async function simulatorIsReady(child: ChildProcess): Promise<{ graph: string; login: string }> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = /^graph-sim ready graph=(\S+) login=(\S+)/.exec(line);
    if (found) return { graph: found[1]!, login: found[2]! };
  }
  throw new Error('The simulator ended before it was ready.');
}

export async function serverIsReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error('minuted did not become ready.');
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

/** The private cluster listens on a socket in the data folder, and all are trusted who can reach it. */
function privateDatabase(dataDir: string): string | undefined {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  const socket = files.find((file) => file.isSocket() && file.name.startsWith('.s.PGSQL.'));
  if (!socket) return undefined;
  const port = socket.name.slice('.s.PGSQL.'.length);
  return `postgres://minuted@localhost:${port}/minuted?host=${socket.parentPath}`;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resume) => child.once('exit', resume));
  child.kill('SIGTERM');
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(tooLong);
}
