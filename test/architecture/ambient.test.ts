import test from 'ava';
import { copyOfProject, lint, plant, removeCopy, type Verdict } from './planted.ts';

const refusedEverywhere = [
  'export const x = Date.now();',
  'export const x = new Date();',
  'export const x = new Date(0).toISOString();',
  'export const x = Date();',
  'const D = Date;\nexport const x = D.now();',
  'export const x = Math.random();',
  'const { random } = Math;\nexport const x = random();',
  'export const x = Temporal.Now.instant();',
  'setTimeout(() => undefined, 1);',
  'setInterval(() => undefined, 1);',
  'setImmediate(() => undefined);',
  'export const x = performance.now();',
  'export const x = crypto.randomUUID();',
  'export const x = globalThis.Date.now();',
];

const refusedInDomain = [
  'export const x = process.env;',
  "console.log('x');",
  "export const x = fetch('http://x');",
  "export const x = Buffer.from('x');",
];

const pure = "export const x = Date.parse('2026-11-21T03:36:14.123Z') + Math.max(1, 2);";

type Planted = { readonly file: string; readonly text: string };

const refused: ReadonlyArray<Planted> = ['domain', 'services/agent', 'services/planted']
  .flatMap((folder) => refusedEverywhere.map((text) => ({ folder, text })))
  .concat(refusedInDomain.map((text) => ({ folder: 'domain/ip', text })))
  .map(({ folder, text }, index) => ({ file: `${folder}/planted-${index}.ts`, text }));

const allowed: ReadonlyArray<Planted> = [
  ...refusedEverywhere.map((text, index) => ({ file: `adapters/system/planted-${index}.ts`, text })),
  ...refusedInDomain.map((text, index) => ({ file: `services/agent/world-${index}.ts`, text })),
  { file: 'domain/pure.ts', text: pure },
  { file: 'services/agent/pure.ts', text: pure },
];

let folder = '';
let verdict: Verdict = { passed: true, output: '' };

test.before(async () => {
  folder = await copyOfProject();
  for (const { file, text } of [...refused, ...allowed]) await plant(folder, file, `${text}\n`);
  verdict = await lint(folder, ...[...refused, ...allowed].map(({ file }) => file));
});

test.after.always(() => removeCopy(folder));

/** The errors about time, chance and the world outside in one file. */
const errorsIn = (file: string): ReadonlyArray<string> =>
  verdict.output
    .split('\n')
    .filter((line) => /^::error title=(plugin|lint\/style\/noRestrictedGlobals),/.test(line))
    .filter((line) => line.includes(`${file},`));

for (const { file, text } of refused)
  test(`refused in ${file}: ${JSON.stringify(text)}`, (t) => {
    t.false(verdict.passed);
    t.not(errorsIn(file).length, 0);
  });

for (const { file, text } of allowed)
  test(`allowed in ${file}: ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(errorsIn(file), []);
  });
