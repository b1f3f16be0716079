import test from 'ava';
import { either as E } from 'fp-ts';
import { supportedVersions, type Verb, verbs } from '../../../domain/cni/version.ts';
import { versionFor } from '../../../domain/cni/version-for.ts';

for (const version of supportedVersions) {
  test(`ADD and DEL speak ${version}`, (t) => {
    t.deepEqual(versionFor('ADD', version), E.right(version));
    t.deepEqual(versionFor('DEL', version), E.right(version));
  });
}

const needs: ReadonlyArray<readonly [Verb, string, boolean]> = [
  ['CHECK', '0.3.0', false],
  ['CHECK', '0.3.1', false],
  ['CHECK', '0.4.0', true],
  ['STATUS', '1.0.0', false],
  ['STATUS', '1.1.0', true],
  ['GC', '1.0.0', false],
  ['GC', '1.1.0', true],
];

for (const [verb, version, served] of needs) {
  test(`${verb} with a configuration of ${version} is ${served ? 'served' : 'code 1'}`, (t) => {
    const answer = versionFor(verb, version);
    t.is(E.isRight(answer), served);
    if (E.isLeft(answer)) t.is(answer.left.code, 1);
  });
}

for (const version of ['0.1.0', '0.2.0', '1.2.0', '9.0.0', '1.1.0-rc1', '1.1', '1.0.0.0', 'abc', '']) {
  test(`cniVersion "${version}" is incompatible, and the supported ones are named`, (t) => {
    t.like(versionFor('ADD', version), {
      left: {
        code: 1,
        details: `config is "${version}", plugin supports ["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]`,
      },
    });
  });
}

test('a configuration without cniVersion is of 0.1.0, and so incompatible', (t) => {
  t.like(versionFor('ADD', undefined), { left: { code: 1 } });
});

for (const version of [1, 1.1, null, {}, ['1.1.0']]) {
  test(`cniVersion ${JSON.stringify(version)} is no text: code 6, and what to write`, (t) => {
    for (const verb of verbs)
      t.like(versionFor(verb, version), {
        left: { code: 6, details: 'write one of ["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]' },
      });
  });
}
