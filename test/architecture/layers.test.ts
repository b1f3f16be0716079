import test from 'ava';
import { copyOfProject, layers, plant, project, removeCopy, type Verdict } from './planted.ts';

type Mistake = { readonly rule: string; readonly file: string; readonly text: string };

const main = 'services/planted/main.ts';

/** What tests and measures. */
const places = ['simulator', 'test/architecture', 'bench', 'demo', 'soak'];

/** One mistake for each rule, and where a rule has several ways around it, one for each way. */
const mistakes: ReadonlyArray<Mistake> = [
  ...["import 'node:fs';", "import type { Stats } from 'node:fs';", "import 'path';", "import 'pino';"].map(
    (text) => ({ rule: 'domain-imports-domain', text }),
  ),
  { rule: 'domain-imports-domain', text: "import '../adapters/planted/port.ts';" },
  { rule: 'domain-imports-domain', text: "import '../services/planted/part.ts';" },
  { rule: 'domain-imports-domain', text: "await import('node:fs');" },
  ...places.map((place) => ({
    rule: 'nothing-imports-the-tests',
    text: `import '../${place}/planted.ts';`,
  })),
  { rule: 'ip-address-in-ip', text: "import 'ip-address';" },
  { rule: 'leven-in-suggestion', text: "import 'leven';" },
  { rule: 'no-unresolved', text: "import './none.ts';" },
  { rule: 'no-unresolved', text: "import 'no-such-package';" },
  { rule: 'no-orphans', text: 'export const left = 1;' },
]
  .map((mistake, index) => ({ ...mistake, file: `domain/planted-${index}.ts` }))
  .concat(
    [
      { rule: 'adapters-know-no-service', text: "import '../../services/planted/part.ts';" },
      ...places.map((place) => ({
        rule: 'adapters-know-no-service',
        text: `import '../../${place}/planted.ts';`,
      })),
      { rule: 'adapters-stand-alone', text: "import '../planted/port.ts';" },
      { rule: 'adapters-stand-alone', text: "export type { Port } from '../planted/port.ts';" },
      { rule: 'koffi-in-kernel', text: "import 'koffi';" },
      { rule: 'quickjs-in-quickjs', text: "import 'quickjs:os';" },
      { rule: 'sqlite-in-sqlite', text: "import 'node:sqlite';" },
      { rule: 'pino-in-system', text: "import 'pino';" },
      { rule: 'prom-client-in-prometheus', text: "import 'prom-client';" },
      { rule: 're2js-in-re2', text: "import 're2js';" },
      { rule: 'esdb-in-esdb', text: "import '@eventstore/db-client';" },
      { rule: 'http2-in-esdb-server', text: "import 'node:http2';" },
      { rule: 'commander-at-the-edge', text: "import 'commander';" },
      { rule: 'declared-dependencies', text: "import 'typescript';" },
    ].map((mistake, index) => ({ ...mistake, file: `adapters/other/planted-${index}.ts` })),
    [
      { rule: 'only-main-names-adapters', text: "import '../../adapters/planted/port.ts';" },
      {
        rule: 'only-main-names-adapters',
        text: "import type { Port } from '../../adapters/planted/port.ts';",
      },
      { rule: 'main-is-imported-by-nobody', text: "import '../planted/main.ts';" },
      ...['node:crypto', 'crypto', 'node:timers', 'node:timers/promises', 'node:perf_hooks'].map(
        (module) => ({
          rule: 'time-and-chance-come-through-ports',
          text: `import '${module}';`,
        }),
      ),
      { rule: 'commander-at-the-edge', text: "import 'commander';" },
    ].map((mistake, index) => ({ ...mistake, file: `services/other/planted-${index}.ts` })),
    [
      { rule: 'no-circles', file: 'domain/circle-a.ts', text: "import type { B } from './circle-b.ts';" },
      { rule: 'commander-at-the-edge', file: 'services/ledger/serve.ts', text: "import 'commander';" },
    ],
  );

/** What the rules allow, beside the mistakes. */
const allowed: Readonly<Record<string, string>> = {
  'domain/circle-b.ts': "export type B = 1;\nexport type { A } from './circle-a.ts';",
  'adapters/planted/port.ts': "import 'node:timers';\nimport './part.ts';\nexport type Port = 1;",
  'adapters/planted/part.ts': "import 'fp-ts';",
  'services/planted/part.ts': "import 'node:net';\nimport '../../domain/ip/planted.ts';",
  'domain/ip/planted.ts': "import 'ip-address';\nimport 'fp-ts/lib/Either.js';\nimport * as t from 'io-ts';",
  'services/evioctl/planted.ts': "import 'commander';",
  'adapters/kernel/planted.ts': "import 'koffi';",
  'adapters/quickjs/planted.ts': "import 'quickjs:os';\nimport 'evio:runtime';",
  'adapters/re2/planted.ts': "import 're2js';",
  'adapters/sqlite/planted.ts': "import 'node:sqlite';",
  'adapters/system/planted.ts': "import 'pino';\nimport 'node:crypto';",
  ...Object.fromEntries(places.map((place) => [`${place}/planted.ts`, "import 'node:path';"])),
  [main]: "import '../../adapters/planted/port.ts';\nimport './part.ts';",
};

let folder = '';
let verdict: Verdict = { passed: true, output: '' };

test.before(async () => {
  folder = await copyOfProject();
  const planted = [...Object.entries(allowed), ...mistakes.map(({ file, text }) => [file, text] as const)];
  for (const [file, text] of planted) await plant(folder, file, text);
  verdict = await layers(folder, 'domain', 'adapters', 'services');
});

test.after.always(() => removeCopy(folder));

for (const { rule, file, text } of mistakes)
  test(`${rule} is seen in ${file}: ${text}`, (t) => {
    t.false(verdict.passed);
    t.regex(verdict.output, new RegExp(`^${rule}: ${file.replaceAll('.', '\\.')}( → |$)`, 'm'));
  });

test('what is allowed is not complained of', (t) => {
  const complaints = verdict.output.split('\n').filter((line) => / → /.test(line));
  const files = Object.keys(allowed).filter((file) => file !== 'domain/circle-b.ts');
  t.deepEqual(
    complaints.filter((line) => files.some((file) => line.includes(`: ${file} → `))),
    [],
  );
});

test('why a rule is one is said with it', (t) => {
  t.regex(verdict.output, /^ {2}only-main-names-adapters: services\/\*\/main\.ts builds the adapters/m);
});

test('a check that read nothing fails', async (t) => {
  const { passed, output } = await layers(folder, 'adapters/planted');
  t.false(passed);
  t.regex(output, /only \d+ TypeScript files were read: the rules were not checked/);
});

test('the project itself keeps to all layer rules', async (t) => {
  const { passed, output } = await layers(project, 'domain', 'adapters', 'services', 'test');
  t.true(passed, output);
});
