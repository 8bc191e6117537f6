// What the tests run against: the simulator of Microsoft's services and `minuted` with demo data, both on free ports.
//
// SERVER_BIN, SIM_BIN   the programs; default: the debug build
// DATABASE_URL          an empty database; default: the program's private cluster, in a folder that is deleted afterwards

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { leakIn, witness } from './witness';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const results = fileURLToPath(new URL('../test-results', import.meta.url));
const built = join(repository, 'target/x86_64-unknown-linux-gnu/debug');

/** The same in each run, so that a database which is used again can still be read. */
const SECRET_KEY = Buffer.alloc(32, 'minuted').toString('base64');

export default async function start(): Promise<() => Promise<void>> {
  const children: ChildProcess[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), 'minuted-e2e-'));
  // PostgreSQL's own user has to pass the folder.
  chmodSync(dataDir, 0o755);
  mkdirSync(results, { recursive: true });

  const checks: (() => void)[] = [];
  const stop = async () => {
    // In the opposite order: the server first.
    for (const child of children.reverse()) await end(child);
    rmSync(dataDir, { recursive: true, force: true });
    for (const check of checks) check();
  };
  try {
    const sim = launch(program('SIM_BIN', 'graph-sim'), ['--listen', '127.0.0.1:0', '--demo'], process.env, 'simulator.log');
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
    const server = program('SERVER_BIN', 'minuted');
    const env = {
      ...withoutSettings(process.env),
      MINUTED_LISTEN: behind.host,
      MINUTED_PUBLIC_URL: url,
      MINUTED_DATA_DIR: dataDir,
      MINUTED_SECRET_KEY: SECRET_KEY,
      MINUTED_GRAPH_URL: graph,
      MINUTED_LOGIN_URL: login,
    };
    const seeded = spawnSync(server, ['seed', '--demo'], { env, cwd: repository, encoding: 'utf8' });
    if (seeded.status !== 0) throw new Error(`minuted seed failed: ${seeded.stderr || seeded.error}`);
    const serve = launch(server, ['serve'], env, 'server.log');
    children.push(serve);
    await serverIsReady(behind.origin, serve);
    const leaks = join(results, 'leaks.log');
    rmSync(leaks, { force: true });
    const proxy = await witness(behind, door, [graph, login], (leak) => appendFileSync(leaks, `${leak}\n`));
    checks.push(() => {
      proxy.closeAllConnections();
      proxy.close();
      const leak = leakIn(readFileSync(join(results, 'server.log'), 'utf8'), []);
      if (leak !== undefined) throw new Error(`The server's log holds what only the server may know: ${leak}`);
    });

    process.env.E2E_LEAKS = leaks;
    process.env.E2E_URL = url;
    process.env.E2E_SIM_URL = graph;
    process.env.E2E_DATA_DIR = dataDir;
    // What another process on the same database needs.
    process.env.E2E_SERVER = JSON.stringify({
      program: server,
      env: { MINUTED_SECRET_KEY: SECRET_KEY, MINUTED_GRAPH_URL: graph, MINUTED_LOGIN_URL: login },
    });
    process.env.E2E_DATABASE_URL = process.env.DATABASE_URL ?? privateDatabase(dataDir) ?? '';
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
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

/** Its standard error goes to a file among the results; its standard output too, unless somebody reads it. */
function launch(path: string, args: string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const child = spawn(path, args, { env, cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(join(results, log));
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
  throw new Error(`minuted did not become ready:\n${readFileSync(join(results, 'server.log'), 'utf8')}`);
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
