import { join } from 'node:path';
import test from 'ava';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { freePort } from '../../support/free-port.ts';
import { must } from '../../support/must.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;
const configure = (podCidr: string, ...args: ReadonlyArray<string>) =>
  runToEnd([
    ...[process.execPath, program, 'configure', '--pod-cidr', podCidr],
    ...['--node-bits', '8', '--host-cidr', '10.10.0.0/16', ...args],
  ]);

test('evio-ledger configure configures a cluster of a log, in the file or beside the server that has it open', async (t) => {
  const folder = await scratch(t);
  const log = join(folder, 'ledger.db');
  const words = 'pods 10.244.0.0/16 for 256 nodes; hosts 10.10.0.0/16; quarantine';
  const first = await configure('10.244.0.0/16', '--log', log);
  t.is(first.out, `configured: ${words} 86400 s\n`, first.err);
  const wrong = await configure('10.244.0.16/16', '--log', log);
  t.is(wrong.code, 1);
  t.regex(wrong.err, /^error: podCidr "10\.244\.0\.16\/16" has host bits set: write 10\.244\.0\.0\/16/);

  const port = await freePort();
  const server = spawnLedger(t, ...insecurely(folder, port));
  await server.says('serving');
  const url = insecureUrl(port);
  t.is((await configure('10.244.0.0/16', '--ledger', url)).out, `already configured: ${words} 86400 s\n`);
  const other = await configure('10.8.0.0/16', '--ledger', url, '--cluster', 'lab', '--json');
  t.like(JSON.parse(other.out), { changed: true });
  t.is(await server.end(), 0);
  const reader = must(openSqliteReader(log));
  const typesOf = (stream: string) => [...reader.streamPages(stream, 0)].flat().map(({ type }) => type);
  t.deepEqual(typesOf('cluster-evio'), ['ClusterConfigured']);
  t.deepEqual(typesOf('cluster-lab'), ['ClusterConfigured']);
  reader.close();
});
