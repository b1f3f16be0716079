import type { ExecutionContext } from 'ava';
import { guarded } from '../services/ledger/guarded-server.ts';
import { type LedgerProcess, spawnLedgerProgram } from '../services/ledger/server-process.ts';
import { type Cable, ledgerAddress, ledgerName, makeLan, type Undoing } from './lan.ts';
import { makeNetns } from './netns.ts';
import { eventually } from './node.ts';
import { programOf } from './program.ts';
import { runToEnd } from './run-to-end.ts';
import { makeBareScene, type Scene } from './scene.ts';

const undoneBy = (t: Pick<ExecutionContext, 'teardown'>): Undoing => ({
  teardown: (undo) => t.teardown(undo),
  make: async (making) => {
    const part = await making();
    t.teardown(part.remove);
    return part;
  },
});

/** A machine of a cluster, with a cable of its own and a credential of its node's name. */
export type Machine = Scene & {
  readonly cable: Cable;
  /** The connection string of its credential. */
  readonly address: string;
  readonly start: () => Promise<void>;
  readonly configGen: (...args: ReadonlyArray<string>) => ReturnType<Scene['node']['configGen']>;
};

/**
 * A ledger on a machine of its own, with TLS and its operator, and a network to which nodes are plugged; `flags` of its configuration. All
 * programs are those that are installed.
 */
export const makeMachines = (t: ExecutionContext, ...flags: ReadonlyArray<string>) =>
  makeMachinesServed(t, [], ...flags);

/** The same behind a server with further flags of its own. */
export const makeMachinesServed = async (
  t: ExecutionContext,
  serving: ReadonlyArray<string>,
  ...flags: ReadonlyArray<string>
) => {
  const undoing = undoneBy(t);
  const lan = await makeLan(undoing);
  const netns = await undoing.make(() => makeNetns('ledger'));
  await lan.attach(netns, ledgerAddress);
  const inside = ['ip', 'netns', 'exec', netns.name];
  const ledger = await guarded(t, 2, inside, {
    address: ledgerAddress,
    host: ledgerName,
    serving,
    built: true,
  });
  let server = ledger.server;
  const env = {
    ...process.env,
    EVIO_LEDGER: ledger.url('admin', ledger.adminPassword),
    XDG_CACHE_HOME: `${ledger.folder}/cache`,
  };
  const programIn = async (service: string) => [...inside, ...(await programOf(service, true))];
  const run = async (service: string, ...args: ReadonlyArray<string>): Promise<string> => {
    const { code, out, err } = await runToEnd([...(await programIn(service)), ...args], { env });
    t.is(code, 0, `${args.join(' ')}: ${err}${out}`);
    return out;
  };
  await run('ledger', 'configure', ...flags);
  let machines = 0;
  /** `node`: two machines may take themselves for one. */
  const plugIn = async (node: string): Promise<Machine> => {
    machines += 1;
    const number = machines;
    const scene = await makeBareScene(t, node, true);
    const cable = await lan.attach(scene.node.netns, `192.0.2.${number}`);
    const name = `${node}-${number}`;
    const password = await ledger.issue(name, 'node', '--node', node, '--cluster', 'evio');
    const address = ledger.url(name, password);
    return {
      ...scene,
      cable,
      address,
      start: () => scene.node.startAgent('--ledger', address),
      configGen: (...args) => scene.node.configGen('--ledger', address, ...args),
    };
  };
  const logFile = `${ledger.folder}/ledger.db`;
  const log = ['--log', logFile];
  const backup = `${ledger.folder}/backup.db`;
  return {
    plugIn,
    logFile,
    /** Kills the server with -9 and starts it again. */
    crash: async (): Promise<void> => {
      await server.end('SIGKILL');
      server = await ledger.restart();
    },
    /** What the server says gets lost from now on, or does not any more; what is said to it arrives. */
    mute: async (muted: boolean): Promise<void> => {
      const rules = muted
        ? `table inet mute { chain said { type filter hook output priority 0; tcp sport ${ledger.port} drop; }; }`
        : 'delete table inet mute';
      await netns.exec('nft', rules);
    },
    /** `evio-ledger allocate` beside the server, with a credential of its name. */
    allocator: async (name: string): Promise<() => LedgerProcess> => {
      const address = ledger.url(name, await ledger.issue(name, 'allocator'));
      const flags = ['--ledger', address, '--state-dir', `${ledger.folder}/${name}`];
      const program = await programIn('ledger');
      return () => spawnLedgerProgram(t, [...program, 'allocate', ...flags]);
    },
    /** `evioctl` in the operator's hands, asking the ledger over the wire. */
    operator: (...args: ReadonlyArray<string>) => run('evioctl', ...args),
    resume: (reason: string) => run('ledger', 'resume', '--reason', reason),
    backUp: () => run('ledger', 'backup', backup, ...log),
    /** Ends the server, puts the backup in the place of its log, and starts it again. */
    restore: async (): Promise<void> => {
      await server.end();
      await run('ledger', 'restore', backup, ...log);
      server = await ledger.restart();
    },
  };
};

/** The ledger has all that the node did. */
export const isShipped = ({ node }: Scene, patienceMs?: number) =>
  eventually(
    'the ledger has all events',
    async () => {
      const { ledger } = await node.status();
      return ledger?.state === 'following' && ledger.lagEvents === 0 ? true : undefined;
    },
    patienceMs,
  );
