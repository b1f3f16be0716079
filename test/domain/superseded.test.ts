import test from 'ava';
import { parseSuperseded, supersededId, supersededStream } from '../../domain/superseded.ts';

test('a superseded stream’s name says of which stream and epoch it is; no other name does', (t) => {
  t.deepEqual(parseSuperseded(supersededStream('cluster-evio', 12)), { stream: 'cluster-evio', epoch: 12 });
  for (const other of ['cluster-evio', 'superseded-0:cluster-evio', 'superseded-1:', 'superseded-01:a'])
    t.is(parseSuperseded(other), undefined, other);
});

test('a superseded event’s id is another one in each epoch, and done twice its own; what is no UUID stays', (t) => {
  const id = '0f5a7c1e-6a3f-5a57-9b52-00000000ffff';
  t.is(supersededId(id, 1), '0f5a7c1e-6a3f-5a57-9b52-00000000fffe');
  t.is(supersededId(id, 65_536), '0f5a7c1e-6a3f-5a57-9b52-00000001ffff');
  t.is(supersededId(supersededId(id, 7), 7), id);
  t.is(supersededId('no id', 7), 'no id');
});
