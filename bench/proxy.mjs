// How fast a recording comes through the server, beside nginx in front of the same Microsoft (the simulator), in one run on one machine.
//
// SERVER_BIN    the program, built for release
// SIM_BIN       the simulator, built for release
// NGINX_BIN     nginx
// DATABASE_URL  a database that `minuted seed --demo` has filled
// MINUTED_…      settings of the program, the same as when it was filled
//
// Measured are the download of all of a recording of 1 GiB, and the time to the first byte of a part in its middle, each in turns; then
// how much memory the server takes for 100 people who watch it slowly, each at another place.

import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { bench, folder, freePort, median, memory, minuted, signIn, simulator, sql, start, until } from './lib.mjs';

const GIB = 2 ** 30;
const DOWNLOADS = 7;
const SEEKS = 101;
const READERS = 100;
const { NGINX_BIN } = process.env;

// ----------------------------------------------------------------------------------------------------------------- Microsoft and nginx

/** A recording of 1 GiB of a demo meeting, on both sides. */
async function film(base) {
  const [tenant, meeting, provider, organizer] = sql(
    `SELECT tenant, meeting_id, provider_meeting_id, organizer_user_id FROM online_meetings m JOIN tenants t USING (tenant)
      WHERE t.client_name = 'Northwind IT' AND subject = 'Onboarding of the new branch' AND m.status = 'recording_ready'`,
  ).split('|');
  const body = JSON.stringify({ kind: 'recording', content: { pattern_bytes: GIB } });
  const made = await fetch(`${base}/_sim/meetings/${encodeURIComponent(provider)}/artifacts`, { method: 'POST', body });
  if (!made.ok) throw new Error(await made.text());
  const { id } = await made.json();
  const artifact = sql(
    `INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id, created_date_time)
     VALUES ('${tenant}', '${meeting}', 'recording', '${id}', now() - interval '1 day') RETURNING artifact_id`,
  );
  const [user, which, recording] = [organizer, provider, id].map(encodeURIComponent);
  return { artifact, path: `/v1.0/users/${user}/onlineMeetings/${which}/recordings/${recording}/content` };
}

/** nginx as people configure it for downloads: it does not write them to its disk. */
async function nginx(base, path) {
  const form = new URLSearchParams({
    client_id: '22222222-2222-4222-8222-222222222222',
    client_secret: 'northwind-demo-secret',
    grant_type: 'client_credentials',
    scope: `${base}/.default`,
  });
  const tenant = '11111111-1111-4111-8111-111111111111';
  let answer = await fetch(`${base}/login/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: form });
  if (!answer.ok) {
    form.set('scope', 'https://graph.microsoft.com/.default');
    answer = await fetch(`${base}/login/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: form });
  }
  const { access_token: token } = await answer.json();
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr error;
     events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
       uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       server {
         listen 127.0.0.1:${port};
         location = /recording {
           # A variable is sent as it is, with every %2F in it.
           set $recording "${base}${path}";
           proxy_pass $recording;
           proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0;
           proxy_set_header Authorization "Bearer ${token}";
         }
       }
     }`,
  );
  start(NGINX_BIN, ['-c', config, '-e', 'stderr', '-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  await until('nginx', async () => {
    const { status } = await fetch(`${url}/recording`, { headers: { range: 'bytes=0-0' } });
    return status === 206 || status;
  });
  return url;
}

// ------------------------------------------------------------------------------------------------------------------ the measures

/** Reads an answer with as little work of our own as there can be; ends after `limit` bytes of it. */
function read(place, range, limit) {
  const { hostname, port } = new URL(place.url);
  const start = process.hrtime.bigint();
  return new Promise((resolve, reject) => {
    let [bytes, first, head] = [0, 0, ''];
    const socket = connect({
      host: hostname,
      port,
      onread: {
        buffer: Buffer.alloc(256 * 1024),
        callback: (count, buffer) => {
          if (first === 0) {
            head += buffer.subarray(0, count).toString('latin1');
            const end = head.indexOf('\r\n\r\n');
            if (end < 0) return true;
            if (!/^HTTP\/1\.1 20[06] /.test(head)) {
              reject(new Error(head.slice(0, 500)));
              return false;
            }
            if (head.length > end + 4) first = Number(process.hrtime.bigint() - start) / 1e6;
            bytes = head.length - end - 4;
            if (first === 0) {
              // The head alone: what comes next is the first byte.
              first = -1;
            }
          } else {
            if (first < 0) first = Number(process.hrtime.bigint() - start) / 1e6;
            bytes += count;
          }
          if (bytes >= limit) {
            resolve({ first, total: Number(process.hrtime.bigint() - start) / 1e6 });
            socket.destroy();
            return false;
          }
          return true;
        },
      },
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`The answer ended after ${bytes} bytes.`)));
    const cookie = place.cookie ? `Cookie: ${place.cookie}\r\n` : '';
    socket.write(`GET ${place.path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${cookie}${range ? `Range: ${range}\r\n` : ''}Connection: close\r\n\r\n`);
  });
}

/** The two in turns, so that whatever else the machine does meets both. */
async function compare(places, rounds, measure) {
  const times = places.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, place] of places.entries()) times[at].push(await measure(place, round));
  }
  return times.map(median);
}

/** People who watch: 64 KiB at a time, with pauses. */
function watch(place, offset) {
  const { hostname, port } = new URL(place.url);
  const socket = connect({ host: hostname, port });
  socket.on('error', () => {});
  socket.write(`GET ${place.path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${place.cookie}\r\nRange: bytes=${offset}-\r\nConnection: close\r\n\r\n`);
  socket.on('data', () => {
    socket.pause();
    setTimeout(() => socket.resume(), 20);
  });
  return socket;
}

async function main() {
  const base = await simulator();
  const { artifact, path } = await film(base);
  const [server, beside] = [await minuted({ microsoft: base }), await nginx(base, path)];
  const ours = { url: server.url, path: `/api/online-meetings/recordings/${artifact}`, cookie: await signIn(server.url, 'dispatcher') };
  const places = [{ url: beside, path: '/recording' }, ours];
  for (const place of places) await read(place, 'bytes=0-', 64 * 2 ** 20);

  const downloads = await compare(places, DOWNLOADS, async (place) => (await read(place, undefined, GIB)).total);
  const seeks = await compare(places, SEEKS, async (place, round) => {
    const offset = GIB / 2 + round * 4099;
    return (await read(place, `bytes=${offset}-`, 1)).first;
  });
  const speed = downloads.map((milliseconds) => GIB / 2 ** 20 / (milliseconds / 1000));
  const line = (name, unit, [nginx, minuted], aim) =>
    console.log([name.padEnd(26), `${nginx.toFixed(1)} ${unit}`.padStart(14), `${minuted.toFixed(1)} ${unit}`.padStart(14), (minuted / nginx).toFixed(2).padStart(8), aim.padStart(12)].join(' '));
  console.log(`Medians of ${DOWNLOADS} downloads of 1 GiB and of ${SEEKS} seeks to its middle\n`);
  console.log('                                    nginx        minuted    ratio          aim');
  line('download', 'MiB/s', speed, '≥ 0.9');
  line('first byte of a seek', 'ms', seeks, '≤ 1.5');

  const people = await Promise.all(['admin', 'dispatcher', 'tech', 'finance'].map((name) => signIn(server.url, name)));
  const before = memory(server.child);
  const sockets = Array.from({ length: READERS }, (_, at) => watch({ ...ours, cookie: people[at % people.length] }, at * Math.floor(GIB / (READERS + 1))));
  let most = 0;
  for (let tick = 0; tick < 200; tick += 1) {
    await new Promise((later) => setTimeout(later, 50));
    most = Math.max(most, memory(server.child));
  }
  const reading = sockets.filter((socket) => socket.bytesRead > 2 ** 20).length;
  for (const socket of sockets) socket.destroy();
  console.log(`\n${reading} of ${READERS} readers at once: memory from ${before.toFixed(0)} to ${most.toFixed(0)} MiB, ${(most - before).toFixed(0)} more (aim: < 64)`);
}

await bench(main);
