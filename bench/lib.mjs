// What the benchmarks share: a database to ask, programs to start, and numbers to sum up.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { SERVER_BIN, SIM_BIN, DATABASE_URL } = process.env;
const children = [];

/** A folder that is removed at the end. */
export const folder = mkdtempSync(join(tmpdir(), 'minuted-bench-'));

/** Runs a benchmark; whatever it has started ends with it. */
export async function bench(main) {
  try {
    await main();
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function sql(statement) {
  const psql = spawnSync('psql', ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', '--command', statement, DATABASE_URL], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (psql.status !== 0) throw new Error(psql.stderr);
  return psql.stdout.trim();
}

export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

export const pause = (milliseconds) => new Promise((later) => setTimeout(later, milliseconds));

/** Asks until the answer is true. */
export async function until(what, is) {
  let last;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    last = await is().catch((error) => error);
    if (last === true) return;
    await pause(50);
  }
  throw new Error(`${what} did not become ready: ${last}`);
}

/** Starts a program that ends with the benchmark. */
export function start(program, args, { env = {}, stdio = ['ignore', 'ignore', 'inherit'] } = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio });
  children.push(child);
  return child;
}

/** The simulator of Microsoft's services; answers with its address. */
export async function simulator() {
  const address = `127.0.0.1:${await freePort()}`;
  start(SIM_BIN, ['--listen', address, '--demo']);
  const base = `http://${address}`;
  await until('The simulator', async () => (await fetch(`${base}/_sim/health`)).ok);
  return base;
}

/** The program, with the simulator as Microsoft if there is one. */
export async function minuted({ microsoft, port, env = {} } = {}) {
  const url = `http://127.0.0.1:${port ?? (await freePort())}`;
  const settings = microsoft ? { MINUTED_GRAPH_URL: microsoft, MINUTED_LOGIN_URL: `${microsoft}/login`, MINUTED_LOG: 'warn' } : {};
  const child = start(SERVER_BIN, ['serve'], { env: { MINUTED_LISTEN: new URL(url).host, ...settings, ...env } });
  await until('minuted', async () => (await fetch(`${url}/readyz`)).ok);
  return { url, child };
}

export async function signIn(url, name) {
  const body = new URLSearchParams({ 'input[email]': `${name}@northwind.example`, 'input[password]': 'Passw0rd!' });
  const answer = await fetch(`${url}/api/session/sign-in`, { method: 'POST', body, headers: { origin: url, accept: 'application/json' } });
  if (!answer.ok) throw new Error(`The sign-in was refused: ${await answer.text()}`);
  return answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function summary(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), most: sorted.at(-1) };
}

export const median = (numbers) => summary(numbers).p50;

/** What a process holds in memory, in MiB: now (`VmRSS`), or at its peak (`VmHWM`). */
export function memory(child, of = 'VmRSS') {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${of}:\\s+(\\d+)`).exec(status)[1]) / 1024;
}
