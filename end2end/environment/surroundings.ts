import { type ChildProcess, execFile } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from '../fixtures/database';
import type { Environment } from './here';
import { end, freePort, isReady, launch, program, repository, withoutSettings } from './programs';
import { leakIn, witness } from './witness';

const run = promisify(execFile);

const results = fileURLToPath(new URL('../test-results', import.meta.url));

/** The same in all processes on a database. */
const SECRET_KEY = Buffer.alloc(32, 'minuted').toString('base64');

/** What one worker tests against: the simulator of Microsoft's services, and behind the witness `minuted` with demo data. */
export class Surroundings {
  private children: ChildProcess[] = [];
  private proxy: Server | undefined;

  private constructor(
    /** Stays the same when they are made anew. */
    readonly environment: Environment,
    private readonly behind: URL,
    private readonly logs: string,
  ) {}

  static async of(worker: number): Promise<Surroundings> {
    const dataDir = mkdtempSync(join(tmpdir(), 'minuted-e2e-'));
    // PostgreSQL's own user has to pass the folder.
    chmodSync(dataDir, 0o755);
    const logs = join(results, `worker-${worker}`);
    mkdirSync(logs, { recursive: true });
    // The tests and the browser know only the witness's address.
    const [simulator, url, behind] = [await freeAddress(), await freeAddress(), await freeAddress()];
    const server = {
      program: program('SERVER_BIN', 'minuted'),
      env: { MINUTED_SECRET_KEY: SECRET_KEY, MINUTED_GRAPH_URL: simulator, MINUTED_LOGIN_URL: `${simulator}/login` },
    };
    const environment = { url, simulator, dataDir, database: databaseOf(worker) ?? '', leaks: join(logs, 'leaks.log'), server };
    const surroundings = new Surroundings(environment, new URL(behind), logs);
    try {
      await surroundings.begin();
      environment.database ||= privateDatabase(dataDir) ?? '';
      const tell = (leak: string) => appendFileSync(environment.leaks, `${leak}\n`);
      surroundings.proxy = await witness(new URL(behind), Number(new URL(url).port), [simulator], tell);
    } catch (error) {
      await surroundings.remove();
      throw error;
    }
    return surroundings;
  }

  /** As at the beginning, at the same addresses. */
  async renew(): Promise<void> {
    await this.end();
    for (const name of readdirSync(this.environment.dataDir)) rmSync(join(this.environment.dataDir, name), { recursive: true });
    await this.begin();
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.environment.dataDir, { recursive: true, force: true });
    this.proxy?.closeAllConnections();
    this.proxy?.close();
    const log = this.log('server');
    const leak = existsSync(log) ? leakIn(readFileSync(log, 'utf8'), []) : undefined;
    if (leak !== undefined) throw new Error(`The server's log holds what only the server may know: ${leak}`);
  }

  private async begin(): Promise<void> {
    const { url, simulator, dataDir, server } = this.environment;
    const listen = ['--listen', new URL(simulator).host, '--demo'];
    const sim = launch(program('SIM_BIN', 'graph-sim'), listen, process.env, this.log('simulator'));
    this.children.push(sim);
    await isReady(simulator, sim);
    // Subscriptions are made, but nothing is told by them: see Sim.tells.
    await fetch(`${simulator}/_sim/notification-mode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint: 'drop' }),
    });

    const env = {
      ...withoutSettings(process.env),
      ...server.env,
      DATABASE_URL: this.emptyDatabase(),
      MINUTED_LISTEN: this.behind.host,
      MINUTED_PUBLIC_URL: url,
      MINUTED_DATA_DIR: dataDir,
    };
    await run(server.program, ['seed', '--demo'], { env, cwd: repository });
    const serve = launch(server.program, ['serve'], env, this.log('server'));
    this.children.push(serve);
    await isReady(`${this.behind.origin}/readyz`, serve).catch((error: Error) => {
      throw new Error(`${error.message}\n${readFileSync(this.log('server'), 'utf8')}`);
    });
  }

  private async end(): Promise<void> {
    // In the opposite order: the server first.
    for (const child of this.children.reverse()) await end(child);
    this.children = [];
  }

  /** Where to find it; nowhere if it is the program's own. */
  private emptyDatabase(): string | undefined {
    const named = process.env.DATABASE_URL;
    if (!named) return undefined;
    const name = new URL(this.environment.database).pathname.slice(1);
    sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, named);
    sql(`CREATE DATABASE ${name}`, named);
    return this.environment.database;
  }

  private log(name: string): string {
    return join(this.logs, `${name}.log`);
  }
}

const freeAddress = async () => `http://127.0.0.1:${await freePort()}`;

/** Beside the one that is named. */
function databaseOf(worker: number): string | undefined {
  const named = process.env.DATABASE_URL;
  if (!named) return undefined;
  const url = new URL(named);
  url.pathname += `_worker_${worker}`;
  return url.href;
}

/** The private cluster listens on a socket in the data folder, and all are trusted who can reach it. */
function privateDatabase(dataDir: string): string | undefined {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  const socket = files.find((file) => file.isSocket() && file.name.startsWith('.s.PGSQL.'));
  if (!socket) return undefined;
  const port = socket.name.slice('.s.PGSQL.'.length);
  return `postgres://minuted@localhost:${port}/minuted?host=${socket.parentPath}`;
}
