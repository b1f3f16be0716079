import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { codeFingerprint, fingerprintOf } from '../../../adapters/system/fingerprint.ts';

const makeProject = (t: ExecutionContext): string => {
  const root = mkdtempSync(join(tmpdir(), 'evio-fingerprint-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'domain/ip'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"dependencies":{"ip-address":"10.7.6"}}');
  writeFileSync(join(root, 'domain/chain.ts'), 'export const a = 1;\n');
  writeFileSync(join(root, 'domain/ip/pool.ts'), 'export const b = 2;\n');
  return root;
};

const of = (root: string): string => fingerprintOf(join(root, 'package.json'), join(root, 'domain'));

test('the same code has the same fingerprint wherever it lies', (t) => {
  const root = makeProject(t);
  const elsewhere = makeProject(t);
  t.is(of(elsewhere), of(root));
  t.regex(of(root), /^[0-9a-f]{64}$/);
});

const changes: ReadonlyArray<readonly [what: string, change: (root: string) => void]> = [
  ['a changed line', (root) => writeFileSync(join(root, 'domain/ip/pool.ts'), 'export const b = 3;\n')],
  ['a new file', (root) => writeFileSync(join(root, 'domain/ip/row.ts'), '')],
  ['a removed file', (root) => rmSync(join(root, 'domain/chain.ts'))],
  ['a file of another name', (root) => renameSync(join(root, 'domain/chain.ts'), join(root, 'domain/b.ts'))],
  ['a moved file', (root) => cpSync(join(root, 'domain/ip'), join(root, 'domain/row'), { recursive: true })],
  [
    'another version of a dependency',
    (root) => writeFileSync(join(root, 'package.json'), '{"dependencies":{"ip-address":"10.7.7"}}'),
  ],
];

for (const [what, change] of changes) {
  test(`${what} is another fingerprint`, (t) => {
    const root = makeProject(t);
    const before = of(root);
    change(root);
    t.not(of(root), before);
  });
}

test('the running code has a fingerprint that stays', (t) => {
  t.is(codeFingerprint(), codeFingerprint());
});
