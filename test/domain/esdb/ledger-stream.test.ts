import test from 'ava';
import {
  describedBy,
  isKeptWhole,
  isLedgerStream,
  logStream,
  metadataStream,
} from '../../../domain/esdb/ledger-stream.ts';

const ledger = ['cluster-edge', 'host-edge:n1:8d1d…', 'audit-edge:n1:8d1d…', logStream];
const others = ['orders', 'cluster', 'hosts-edge', 'evio-log-2', '$ce-cluster', ''];

test('ledger streams are the cluster’s, the hosts’, the audits’ and the log’s own', (t) => {
  t.deepEqual(ledger.filter(isLedgerStream), ledger);
  t.deepEqual(others.filter(isLedgerStream), []);
});

test('a metadata stream holds clients’ events, and that of a ledger stream is kept whole with it', (t) => {
  t.deepEqual(ledger.map(metadataStream).filter(isLedgerStream), []);
  t.true(ledger.every((stream) => isKeptWhole(stream) && isKeptWhole(metadataStream(stream))));
  t.false(others.some((stream) => isKeptWhole(stream) || isKeptWhole(metadataStream(stream))));
});

test('a metadata stream names the stream it describes', (t) => {
  t.is(metadataStream('orders'), '$$orders');
  t.is(describedBy('$$orders'), 'orders');
  t.is(describedBy('$orders'), undefined);
});
