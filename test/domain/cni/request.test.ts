import test from 'ava';
import { Envelope, protocolAmong, servedProtocols } from '../../../domain/cni/request.ts';

const envelope = {
  requestId: '0b0a7a2e-6a1f-4c9b-9c1e-6f1d2c3b4a59',
  attempt: 0,
  network: 'evio',
};

test('an agent that serves two protocols understands both, and no other', (t) => {
  const both = protocolAmong([1, 2]);
  for (const protocol of [1, 2]) t.true(both.is(protocol), String(protocol));
  for (const protocol of [0, 3, 1.5, '1', undefined]) t.false(both.is(protocol), String(protocol));
});

test('questions are of the protocols that are served', (t) => {
  for (const protocol of servedProtocols) t.true(Envelope.is({ ...envelope, protocol }));
  t.false(Envelope.is({ ...envelope, protocol: Math.max(...servedProtocols) + 1 }));
});
