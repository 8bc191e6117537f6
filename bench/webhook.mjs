// How fast notifications of Microsoft's are stored, beside pgbench inserting the same row, in one run on one machine.
//
// SERVER_BIN    the program, built for release
// SIM_BIN       the simulator, built for release
// PGBENCH_BIN   pgbench
// DATABASE_URL  a database that `minuted seed --demo` has filled, on a server that waits for its disk (fsync)
// MINUTED_…      settings of the program, the same as when it was filled
//
// For a minute a thousand notifications a second are posted as Microsoft does it: each at its time, however long the others take; one
// half singly, the other in batches of twenty; what is not answered with 202 is sent again. In the middle the process is killed and
// started again. Whatever was answered with 202 has to be in the table.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

import { bench, folder, freePort, memory, minuted, pause, simulator, sql, summary, until } from './lib.mjs';

const SECONDS = 60;
const SINGLY = 500; // a second
const BATCHES = 25; // a second
const BATCH = 20;
const KILLED_AT = 30; // seconds
const AGAIN = 500; // milliseconds
const CLIENTS = 32;
const CAPACITY_SECONDS = 10;
const { PGBENCH_BIN, DATABASE_URL } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

function post(url, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Microsoft's ids of recordings are some 200 characters of base64. */
function identifier(number) {
  return Buffer.from(`V2##1${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}##${'x'.repeat(90)}##${String(number).padStart(12, '0')}`).toString('base64');
}

/** One notification of a meeting that nobody knows: what is measured is the storing. */
function notification(subscription, number) {
  const organizer = '33333333-3333-4333-8333-333333333333';
  const path = `users/${organizer}/onlineMeetings('MSpiZW5jaG1hcms${number % 1000}')/recordings('${identifier(number)}')`;
  return {
    id: `b${number}`,
    subscriptionId: subscription.id,
    clientState: subscription.client_state,
    changeType: 'created',
    tenantId: subscription.tenant_id,
    subscriptionExpirationDateTime: subscription.expires,
    resource: path,
    resourceData: { id: identifier(number), '@odata.type': '#Microsoft.Graph.callRecording', '@odata.id': path },
  };
}

class Sender {
  number = 0;
  answered = [];
  times = { singly: [], batch: [] };
  again = 0;
  failed = 0;
  under_way = new Set();

  constructor(url, subscriptions) {
    this.url = `${url}/api/teams/webhooks/recordings`;
    this.subscriptions = subscriptions;
  }

  /** Sends so many notifications, until they are taken. */
  async send(count, kind) {
    const numbers = Array.from({ length: count }, () => (this.number += 1));
    const body = JSON.stringify({ value: numbers.map((number) => notification(this.subscriptions[number % this.subscriptions.length], number)) });
    for (let attempt = 0; ; attempt += 1) {
      const start = performance.now();
      const status = await post(this.url, body).catch(() => 0);
      if (status === 202) {
        this.times[kind].push(performance.now() - start);
        this.answered.push(...numbers);
        return;
      }
      // Neither refused by the dead process nor by the one that starts: something is wrong.
      if (status !== 0 && status !== 503) this.failed += 1;
      if (attempt > 200) throw new Error(`A notification was never taken: ${status}`);
      this.again += 1;
      await pause(AGAIN);
    }
  }

  begin(count, kind) {
    const sending = this.send(count, kind).finally(() => this.under_way.delete(sending));
    this.under_way.add(sending);
  }

  /** Sends at the times at which things are due, however long anything takes. */
  async minute(middle) {
    const start = performance.now();
    let [singly, batches, is_over] = [0, 0, false];
    const killed = pause(KILLED_AT * 1000).then(middle);
    while (!is_over) {
      const seconds = Math.min((performance.now() - start) / 1000, SECONDS);
      for (; singly < seconds * SINGLY; singly += 1) this.begin(1, 'singly');
      for (; batches < seconds * BATCHES; batches += 1) this.begin(BATCH, 'batch');
      is_over = seconds === SECONDS;
      await pause(1);
    }
    await killed;
    await Promise.all(this.under_way);
    return (performance.now() - start) / 1000;
  }
}

/** pgbench inserts the same row, as often as asked for or as often as it can. */
function known(tenant, rate) {
  const script = join(folder, 'insert.sql');
  const meeting = 'MSpiZW5jaG1hcms1';
  const shape = identifier(0).slice(0, -16);
  writeFileSync(
    script,
    `\\set number random(1, 9000000000000)
INSERT INTO teams_notifications (tenant, artifact_type, provider_artifact_id, provider_meeting_id, organizer_user_id, subscription_id, received_at, next_attempt_at)
VALUES ('${tenant}', 'recording', '${shape}' || :number::text, '${meeting}', '33333333-3333-4333-8333-333333333333', 'pgbench', now(), now() + interval '1 day')
ON CONFLICT (tenant, artifact_type, provider_artifact_id) DO NOTHING;
`,
  );
  const log = join(folder, 'pgbench');
  const options = rate ? [`--rate=${rate}`] : [];
  const ran = spawnSync(
    PGBENCH_BIN,
    ['--no-vacuum', '--protocol=prepared', `--client=${rate ? 8 : CLIENTS}`, `--time=${CAPACITY_SECONDS}`, `--file=${script}`, '--log', `--log-prefix=${log}`, ...options, DATABASE_URL],
    { encoding: 'utf8', cwd: folder },
  );
  if (ran.status !== 0) throw new Error(ran.stderr);
  const logs = readdirSync(folder).filter((name) => name.startsWith('pgbench.'));
  const times = logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n')).map((line) => Number(line.split(' ')[2]) / 1000);
  for (const name of logs) writeFileSync(join(folder, name), '');
  return { ...summary(times.filter(Number.isFinite)), rate: Number(/tps = ([\d.]+)/.exec(ran.stdout)[1]) };
}

/** How many are taken in a second when each sender sends the next one at once. */
async function capacity(sender) {
  const before = sender.times.singly.length;
  const end = performance.now() + CAPACITY_SECONDS * 1000;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < end) await sender.send(1, 'singly');
    }),
  );
  return (sender.times.singly.length - before) / CAPACITY_SECONDS;
}

async function main() {
  const fsync = sql('SHOW fsync');
  if (fsync !== 'on') throw new Error(`fsync is ${fsync}: what is answered would not be safe.`);
  const microsoft = await simulator();
  const port = await freePort();
  let server = await minuted({ microsoft, port });
  let subscriptions = [];
  await until('The subscriptions', async () => {
    subscriptions = await (await fetch(`${microsoft}/_sim/subscriptions`)).json();
    return subscriptions.length === 4 && sql('SELECT count(*) FROM teams_subscription_routes') === '4';
  });
  const sender = new Sender(server.url, subscriptions);
  const tenant = sql(`SELECT tenant FROM teams_subscription_routes LIMIT 1`);

  const idle = memory(server.child);
  let down = 0;
  const lasted = await sender.minute(async () => {
    const start = performance.now();
    const gone = once(server.child, 'exit');
    server.child.kill('SIGKILL');
    await gone;
    server = await minuted({ microsoft, port });
    down = performance.now() - start;
  });
  const kept = new Set(sql('SELECT provider_artifact_id FROM teams_notifications').split('\n'));
  const lost = sender.answered.filter((number) => !kept.has(identifier(number)));
  const [singly, batch] = [summary(sender.times.singly), summary(sender.times.batch)];
  const all = summary([...sender.times.singly, ...sender.times.batch]);
  const peak = memory(server.child, 'VmHWM');

  const paced = known(tenant, SINGLY);
  const most = known(tenant);
  const capacitySender = new Sender(server.url, subscriptions);
  capacitySender.number = 10 ** 9;
  const taken = await capacity(capacitySender);

  const ms = (number) => number.toFixed(1).padStart(9);
  console.log(`${sender.answered.length} notifications in ${lasted.toFixed(1)} s, ${SINGLY} a second singly and ${BATCHES * BATCH} in batches of ${BATCH}; milliseconds\n`);
  console.log('                            p50       p99      most');
  console.log(`posted singly         ${ms(singly.p50)} ${ms(singly.p99)} ${ms(singly.most)}`);
  console.log(`posted in batches     ${ms(batch.p50)} ${ms(batch.p99)} ${ms(batch.most)}`);
  console.log(`all                   ${ms(all.p50)} ${ms(all.p99)} ${ms(all.most)}   (aim: p99 < 100)`);
  console.log(`pgbench, ${SINGLY} a second ${ms(paced.p50)} ${ms(paced.p99)} ${ms(paced.most)}`);
  console.log(`ratio of p50, p99     ${ms(singly.p50 / paced.p50)} ${ms(singly.p99 / paced.p99)}\n`);
  console.log(`As fast as it goes, ${CLIENTS} at a time: ${taken.toFixed(0)} a second, pgbench ${most.rate.toFixed(0)}, ratio ${(taken / most.rate).toFixed(2)}`);
  console.log(`Killed after ${KILLED_AT} s, back after ${(down / 1000).toFixed(1)} s; ${sender.again} posts were sent again, ${sender.failed} refused for another reason`);
  console.log(`Answered with 202: ${sender.answered.length}; not in the table: ${lost.length} (aim: 0)`);
  console.log(`Memory ${idle.toFixed(0)} MiB before, ${peak.toFixed(0)} at its peak`);
  agent.destroy();
  if (lost.length > 0 || sender.failed > 0 || all.p99 >= 100) process.exitCode = 1;
}

await bench(main);
