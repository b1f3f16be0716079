import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { isIdentifier, isInterfaceName } from '../../../domain/cni/names.ts';
import {
  attachmentNamed,
  queuedDelName,
  queuedDelText,
  readQueuedDel,
} from '../../../domain/cni/queued-del.ts';

/** Written by a release, and never changed for this version. */
const golden = await readFile(join(import.meta.dirname, '../../golden/queued-del-v1.json'), 'utf8');

const attachment = { network: 'evio', containerId: 'c1', ifname: 'eth0' };
const del = {
  attachment,
  requestId: '15b51c13-0ae3-455d-98b1-e1e479577578',
  bootId: 'f70c6ceb-c4e8-4788-b198-8d586935c31e',
  time: '2026-11-21T10:01:13.064Z',
  netns: { path: '/run/netns/c1', seen: { device: 4, inode: 4026531833 } },
};
const name = 'evio%c1%eth0';

test('what a release wrote is read, and is written again byte for byte', (t) => {
  t.deepEqual(readQueuedDel(name, golden), E.right({ ...del, version: 1 }));
  t.is(queuedDelText(del), golden);
});

test('a DEL whose namespace was gone, or was not told, is read as such', (t) => {
  const { netns: _, ...untold } = del;
  for (const written of [{ ...del, netns: { path: '/run/netns/c1' } }, untold])
    t.deepEqual(readQueuedDel(name, queuedDelText(written)), E.right({ ...written, version: 1 }));
});

for (const [what, text, fault] of [
  ['nothing', '', /not a JSON object/],
  ['half of one', golden.slice(0, 40), /not a JSON object/],
  ['a list', '[1]', /not a JSON object/],
  ['of a newer version', golden.replace('"version":1', '"version":2'), /version 2.*upgrade evio-agent/],
  ['without its boot', golden.replace('"bootId"', '"boot"'), /"bootId" is missing/],
  ['from nobody', golden.replace(del.requestId, 'me'), /"requestId" is "me"/],
  ["another attachment's", golden.replace('"c1"', '"c2"'), /its name is not that of the attachment/],
] as const)
  test(`a file that holds ${what} is not followed, and its fault named`, (t) => {
    const read = readQueuedDel(name, text);
    if (E.isRight(read)) return t.fail();
    t.regex(read.left, fault);
  });

const identifier = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,80}$/).filter(isIdentifier);
const attachments = fc.record({
  network: identifier,
  containerId: identifier,
  ifname: fc
    .string({ maxLength: 15, unit: 'grapheme' })
    .filter((text) => isInterfaceName(text) && !text.includes('\0')),
});

test('every attachment has a file name of its own that leads nowhere else', (t) => {
  fc.assert(
    fc.property(attachments, (one) => {
      const [pod, pool] = [queuedDelName(one), queuedDelName(one, 'pool')];
      if (pod === undefined || pool === undefined) return false;
      t.deepEqual(attachmentNamed(pod), { attachment: one, of: 'pod' });
      t.deepEqual(attachmentNamed(pool), { attachment: one, of: 'pool' });
      return [pod, pool].every(
        (named) =>
          !named.includes('/') && !named.startsWith('.') && new TextEncoder().encode(named).length <= 255,
      );
    }),
  );
});

test('names that a file system would not take have no file', (t) => {
  t.is(queuedDelName({ ...attachment, containerId: 'c'.repeat(245) })?.length, 255);
  t.is(queuedDelName({ ...attachment, containerId: 'c'.repeat(246) }), undefined);
});

test('a file that we did not name is nobody’s', (t) => {
  for (const other of [
    'notes',
    'evio%c1',
    'evio%c1%eth0%1',
    'evio%c1%eth0%pool%',
    '%c1%eth0',
    'evio%%eth0',
    'evio%c1%',
  ])
    t.is(attachmentNamed(other), undefined, other);
});
