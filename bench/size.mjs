// What the pages of each area need of WebAssembly and JavaScript, compressed as they go over the wire; fails above the budget.
//
// usage: node bench/size.mjs PKG_FOLDER HASH_FILE BUDGET_KIB

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [folder, hashFile, budget] = process.argv.slice(2);
const lines = readFileSync(hashFile, 'utf8').trim().split('\n');
const hash = Object.fromEntries(lines.map((line) => line.split(':').map((part) => part.trim())));
const manifest = JSON.parse(readFileSync(join(folder, `__wasm_split_manifest.${hash.manifest}.json`), 'utf8'));

const size = (name) => statSync(join(folder, `${name}.br`)).size;
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const kib = (bytes) => (bytes / 1024).toFixed(1).padStart(8);

const everyPage = sum([`minuted.${hash.js}.js`, `minuted.${hash.wasm}.wasm`, `__wasm_split.${hash.split}.js`].map(size));
const areas = Object.entries(manifest).map(([area, files]) => ({ area, adds: sum(files.map((file) => size(`${file}.wasm`))) }));
areas.sort((one, other) => one.adds - other.adds);
const most = everyPage + areas.at(-1).adds;

console.log(`${kib(everyPage)} KiB  every page; the sign-in needs no more`);
for (const { area, adds } of areas) console.log(`${kib(everyPage + adds)} KiB  ${area}, which adds ${kib(adds).trim()}`);
console.log(`${kib(most)} KiB  at most, of ${budget}`);
if (most > budget * 1024) {
  console.error(`The bundle is over its budget of ${budget} KiB.`);
  process.exit(1);
}
