import { resolve } from 'node:path';
import test from 'ava';
import { runToEnd } from '../support/run-to-end.ts';
import { scratch } from './ledger/server-process.ts';

const programIn = (service: string): string =>
  resolve(import.meta.dirname, `../../services/${service}/main.ts`);

/** In /proc a folder is neither made nor refused: the kernel says that there is none. */
const cases: ReadonlyArray<
  readonly [service: string, option: string, args: (folder: string) => ReadonlyArray<string>]
> = [
  [
    'agent',
    '--state-dir',
    (folder) => ['--state-dir', '/proc/evio/state', '--socket', `${folder}/run/agent.sock`],
  ],
  [
    'agent',
    '--cni-conf-dir',
    (folder) => [
      ...['--state-dir', `${folder}/state`, '--socket', `${folder}/run/agent.sock`],
      ...['--cni-conf-dir', '/proc/evio/net.d'],
    ],
  ],
  [
    'agent',
    '--socket',
    (folder) => [
      ...['--state-dir', `${folder}/state`, '--cni-conf-dir', `${folder}/net.d`],
      ...['--socket', '/proc/evio/agent.sock'],
    ],
  ],
  [
    'config-gen',
    '--state-dir',
    (folder) => ['--state-dir', '/proc/evio', '--socket', `${folder}/run/agent.sock`],
  ],
  [
    'ledger',
    '--log',
    () => ['serve', '--insecure', '--listen', '127.0.0.1:1', '--log', '/proc/evio/ledger.db'],
  ],
  [
    'ledger',
    '--state-dir',
    () => ['allocate', '--ledger', 'esdb://127.0.0.1:1?tls=false', '--state-dir', '/proc/evio'],
  ],
];

for (const [service, option, args] of cases)
  test(`${service} names ${option} where its folder cannot be made, and ends`, async (t) => {
    const { code, err } = await runToEnd([process.execPath, programIn(service), ...args(await scratch(t))]);
    t.is(code, 1);
    const said = err.replaceAll('\\"', '"');
    t.regex(said, new RegExp(`${option}: the folder "/proc/evio\\S*" cannot be made: Error: ENOENT`));
    t.regex(said, new RegExp(`name another place with ${option}, on a disk `));
  });
