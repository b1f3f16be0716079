import { join } from 'node:path';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { guarded } from '../../test/services/ledger/guarded-server.ts';
import { type Lan, ledgerAddress, ledgerName } from '../../test/support/lan.ts';
import { must } from '../../test/support/must.ts';
import { makeNetns } from '../../test/support/netns.ts';
import { programOf } from '../../test/support/program.ts';
import { runToEnd } from '../../test/support/run-to-end.ts';
import { expect, show } from '../narrate.ts';
import type { Removal } from '../removal.ts';

/** Where a stream of a log file ends. */
export type Head = { readonly revision: number; readonly hash: string };

/** The heads of all streams of a log file, by name. */
export const headsIn = (path: string): ReadonlyMap<string, Head> => {
  const reader = must(openSqliteReader(path));
  try {
    return new Map(reader.heads().map(({ stream, revision, hash }) => [stream, { revision, hash }]));
  } finally {
    reader.close();
  }
};

/** So many events at the end of a log file begin at this position. */
const lastIn = (path: string, count: number): number => {
  const reader = must(openSqliteReader(path));
  try {
    return Math.max(0, (reader.end()?.position ?? 0) + 1 - count);
  } finally {
    reader.close();
  }
};

/** A machine on which `evio-ledger serve` runs, with TLS and credentials, and its operator sits. */
export const makeLedger = async (removal: Removal, lan: Lan) => {
  const netns = await removal.make(() => makeNetns('ledger'));
  await lan.attach(netns, ledgerAddress);
  const inside = ['ip', 'netns', 'exec', netns.name];
  const [program, evioctl] = [await programOf('ledger', true), await programOf('evioctl', true)];
  const served = await guarded(removal, 2, inside, {
    address: ledgerAddress,
    host: ledgerName,
    built: true,
  });
  let server = served.server;
  // The environment: arguments are seen by every user of the machine.
  const env = {
    ...process.env,
    EVIO_LEDGER: served.url('admin', served.adminPassword),
    XDG_CACHE_HOME: join(served.folder, 'cache'),
  };
  const run = async (command: ReadonlyArray<string>): Promise<string> => {
    const { code, out, err } = await runToEnd([...inside, ...command], { env });
    expect(code === 0, `${command.slice(-6).join(' ')}: ${err}${out}`);
    return out;
  };
  /** `evioctl` in the operator's hands, asking the ledger over the wire. */
  const ctl = (...args: ReadonlyArray<string>): Promise<string> => run([...evioctl, ...args]);
  const path = join(served.folder, 'ledger.db');
  const showCtl = async (...args: ReadonlyArray<string>): Promise<void> =>
    show(`evioctl ${args.join(' ')}`, await ctl(...args));
  return {
    ctl,
    show: showCtl,
    /** The last events of the ledger. */
    showLast: (count: number) => showCtl('log', '--from', String(lastIn(path, count))),
    configure: (...flags: ReadonlyArray<string>) => run([...program, 'configure', ...flags]),
    /** The connection string of a new credential of the node. */
    issue: async (node: string): Promise<string> =>
      served.url(node, await served.issue(node, 'node', '--node', node, '--cluster', 'evio')),
    kill: async (): Promise<void> => void (await server.end('SIGKILL')),
    start: async (): Promise<void> => {
      server = await served.restart();
    },
    heads: () => headsIn(path),
    says: () => server.lines.slice(-5).map((line) => JSON.stringify(line)),
  };
};

export type DemoLedger = Awaited<ReturnType<typeof makeLedger>>;
