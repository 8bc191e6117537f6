// How long the server takes for a page of a timeline, beside the same SQL under pgbench, in one run on one machine.
//
// SERVER_BIN    the program, built for release
// PGBENCH_BIN   pgbench
// DATABASE_URL  a database that `minuted seed --size large` has filled, of a role that may change the server's log settings
// DATABASE_LOG  the log of that server
// MINUTED_…      settings of the program, the same as when it was filled
//
// Each case is one page. Its SQL is what the server sent for one request, taken from the log with its values; pgbench runs just these
// statements, prepared and with the values as parameters as the server does it, on one connection. The requests go over one kept
// connection too, one after the other; what is measured reads bytes until the answer is complete and no more, as pgbench does, because a
// whole HTTP client would add a tenth to what the server takes.

import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { bench, folder, memory, minuted, pause, signIn, sql, summary } from './lib.mjs';

const WARM_UP = 60;
const ROUNDS = 600;
const { PGBENCH_BIN, DATABASE_URL, DATABASE_LOG } = process.env;
/** One kept connection, on which one request after the other is answered. */
class Line {
  constructor(url, cookie) {
    const { hostname, port, host } = new URL(url);
    this.socket = connect({ host: hostname, port, noDelay: true });
    this.socket.on('data', (part) => this.#read(part));
    this.socket.on('error', (error) => this.failed?.(error));
    this.socket.on('close', () => this.failed?.(new Error('The server has closed the connection.')));
    this.headers = `Host: ${host}\r\nCookie: ${cookie}\r\n`;
  }

  ask(path) {
    const accept = path.startsWith('/api/') ? 'application/json' : 'text/html';
    return new Promise((resolve, reject) => {
      this.parts = [];
      this.tail = '';
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(`GET ${path} HTTP/1.1\r\n${this.headers}Accept: ${accept}\r\n\r\n`);
    });
  }

  #read(part) {
    if (this.parts.length === 0) {
      const head = part.toString('latin1', 0, part.indexOf('\r\n\r\n') + 4);
      const length = /^content-length: (\d+)/im.exec(head);
      this.status = Number(head.slice(9, 12));
      this.left = length ? head.length + Number(length[1]) : Infinity;
    }
    this.parts.push(part);
    this.left -= part.length;
    this.tail = (this.tail + part.toString('latin1', Math.max(0, part.length - 5))).slice(-5);
    // An answer of unknown length ends with an empty chunk.
    if (this.left <= 0 || (this.left === Infinity && this.tail === '0\r\n\r\n')) this.answered(this.status);
  }

  get text() {
    return Buffer.concat(this.parts).toString();
  }

  end() {
    this.socket.destroy();
  }
}

// ------------------------------------------------------------------------------------------------- the SQL of a page, from the log

/** The parameters that the log prints: `$1 = 'it''s', $2 = NULL`. */
function parameters(detail) {
  const found = [];
  for (const [, number, value] of detail.matchAll(/\$(\d+) = (NULL|'(?:[^']|'')*')/g)) {
    found[Number(number)] = value === 'NULL' ? null : value.slice(1, -1).replaceAll("''", "'");
  }
  return found;
}

function statements(log) {
  const entries = log.split('\n@@').map((entry) => entry.replace(/\n\t/g, '\n'));
  const found = [];
  // Binding is logged with the parameters, too, before the execution that they are for.
  let executed = false;
  for (const entry of entries) {
    const statement = /^ LOG: {2}duration: [\d.]+ ms {2}execute [^:]*: ([\s\S]*)$/.exec(entry);
    const detail = /^ DETAIL: {2}parameters: ([\s\S]*)$/i.exec(entry);
    if (statement) found.push({ text: statement[1].trim(), values: [] });
    if (detail && executed) found.at(-1).values = parameters(detail[1]);
    executed = Boolean(statement);
  }
  return found;
}

/** The server does other things, too, at times: of three looks the one that found the fewest statements. */
async function statementsOf(get) {
  const looks = [];
  for (let look = 0; look < 3; look += 1) looks.push(await statementsMeanwhile(get));
  return looks.toSorted((a, b) => a.length - b.length)[0];
}

async function statementsMeanwhile(get) {
  sql(`ALTER SYSTEM SET log_line_prefix = '@@ '`);
  sql('ALTER SYSTEM SET log_min_duration_statement = 0');
  sql('SELECT pg_reload_conf()');
  await pause(300);
  const from = statSync(DATABASE_LOG).size;
  await get();
  sql('ALTER SYSTEM RESET log_min_duration_statement');
  sql('SELECT pg_reload_conf()');
  await pause(300);
  const log = readFileSync(DATABASE_LOG).subarray(from).toString();
  return statements(`\n${log}`).filter(({ text }) => !/^(ALTER SYSTEM|SELECT pg_reload_conf)/.test(text));
}

// ------------------------------------------------------------------------------------------------------------------ the measures

async function measureServer(get) {
  const times = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    await get();
    if (round >= WARM_UP) times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return summary(times);
}

function measureSql(list) {
  const script = join(folder, 'page.sql');
  const log = join(folder, 'pgbench');
  // `:name` is a variable of pgbench, which it sends as a parameter. It cannot send null, so that stands in the text.
  const defined = [];
  const text = list.map((statement, at) =>
    statement.text.replace(/\$(\d+)/g, (_, number) => {
      const value = statement.values[Number(number)];
      if (value === null) return 'NULL';
      const name = `s${at}p${number}`;
      defined.push(`--define=${name}=${value}`);
      return `:${name}`;
    }),
  );
  writeFileSync(script, `${text.join(';\n')};\n`);
  const bench = spawnSync(
    PGBENCH_BIN,
    ['--no-vacuum', '--protocol=prepared', '--client=1', `--transactions=${WARM_UP + ROUNDS}`, `--file=${script}`, ...new Set(defined), '--log', `--log-prefix=${log}`, DATABASE_URL],
    { encoding: 'utf8', cwd: folder },
  );
  if (bench.status !== 0) throw new Error(bench.stderr);
  const file = spawnSync('sh', ['-c', `cat ${log}.*; rm ${log}.*`], { encoding: 'utf8' }).stdout;
  const times = file.trim().split('\n').map((line) => Number(line.split(' ')[2]) / 1000);
  return summary(times.slice(WARM_UP));
}

// ------------------------------------------------------------------------------------------------------------------------ the cases

async function main() {
  const client = sql(`SELECT client_id FROM clients WHERE client_name = 'Acme Manufacturing'`);
  const own = `tenant = (SELECT tenant FROM clients WHERE client_id = '${client}')`;
  const type = sql(`SELECT type_id FROM interaction_types WHERE ${own} AND type_name = 'Call'`);
  const person = sql(`SELECT user_id FROM users WHERE ${own} AND email = 'tech@northwind.example'`);
  const page = `/msp/clients/${client}`;
  // One thread, as pgbench has: with one request at a time a second is only woken and put to sleep again, a dozen times for each page, and
  // how long that takes is up to the machine.
  const { url, child } = await minuted({ env: { TOKIO_WORKER_THREADS: '1' } });
  let line;
  try {
    const cookie = await signIn(url, 'dispatcher');
    line = new Line(url, cookie);
    const get = (path) => async () => {
      const status = await line.ask(path);
      if (status !== 200) throw new Error(`${path}: ${status}`);
    };
    await get(page)();
    const older = /href="([^"]*[?&;]after=[^"]*)"/.exec(line.text)[1].replaceAll('&amp;', '&');
    const cases = [
      ['client, first page', page],
      ['client, second page', older],
      ['client, by type', `${page}?type=${type}`],
      ['client, by person', `${page}?person=${person}`],
      ['client, by days', `${page}?from=2026-01-01&to=2026-06-30`],
      ['client, with recording', `${page}?has=recording`],
      ['client, search', `${page}?q=printer`],
      ['all, first page', '/msp/interactions'],
      ['all, by person', `/msp/interactions?person=${person}`],
      ['client, data only', `/api/timeline/page?place=client.${client}`],
    ];
    // What was due before the server was started is done first, on the same thread: it is no part of a page.
    for (let round = 0; round < 3; round += 1) await measureServer(get(page));
    console.log(`${ROUNDS} requests a case after ${WARM_UP} to warm up; milliseconds\n`);
    console.log('case                       SQL   pgbench p50   server p50   ratio   server p99   p99/p50');
    for (const [name, path] of cases) {
      await get(path)();
      const list = await statementsOf(get(path));
      const known = measureSql(list);
      const ours = await measureServer(get(path));
      console.log(
        [
          name.padEnd(25),
          String(list.length).padStart(5),
          known.p50.toFixed(2).padStart(13),
          ours.p50.toFixed(2).padStart(12),
          (ours.p50 / known.p50).toFixed(1).padStart(7),
          ours.p99.toFixed(2).padStart(12),
          (ours.p99 / ours.p50).toFixed(1).padStart(9),
        ].join(' '),
      );
    }
    console.log(`\nMemory of the server at its peak: ${Math.round(memory(child, 'VmHWM'))} MiB`);
  } finally {
    line?.end();
  }
}

await bench(main);
