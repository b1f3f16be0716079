import test from 'ava';
import { either as E, function as F } from 'fp-ts';
import { decodeConfig, readConfig } from '../../../domain/cni/network-config.ts';
import { validAttachments } from '../../../domain/cni/valid-attachments.ts';

const read = (keys: object) =>
  F.pipe(
    readConfig(JSON.stringify({ cniVersion: '1.1.0', name: 'evio', type: 'evio', ...keys })),
    E.chain((raw) => decodeConfig(raw, 'GC', '1.1.0')),
    E.chain(validAttachments),
  );

test('valid attachments are read, by either of the names that they have had', (t) => {
  const listed = [{ containerID: 'c1', ifname: 'eth0' }];
  const valid = E.right([{ containerId: 'c1', ifname: 'eth0' }]);
  t.deepEqual(read({ 'cni.dev/valid-attachments': listed, 'cni.dev/attachments': [] }), valid);
  t.deepEqual(read({ 'cni.dev/attachments': listed }), valid);
});

test('an empty list of valid attachments is a list', (t) => {
  t.deepEqual(read({ 'cni.dev/valid-attachments': [] }), E.right([]));
});

for (const keys of [
  {},
  { 'cni.dev/valid-attachments': null },
  { 'cni.dev/valid-attachments': {} },
  { 'cni.dev/valid-attachments': [{ containerID: 'c1' }] },
  { 'cni.dev/valid-attachments': ['c1'] },
]) {
  test(`valid attachments ${JSON.stringify(keys)} are refused`, (t) => {
    t.like(read(keys), { left: { code: 7 } });
  });
}
