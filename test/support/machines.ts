import { resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { guarded } from '../services/ledger/guarded-server.ts';
import { type Cable, ledgerAddress, ledgerName, makeLan, type Undoing } from './lan.ts';
import { makeNetns } from './netns.ts';
import { eventually } from './node.ts';
import { runToEnd } from './run-to-end.ts';
import { makeBareScene, type Scene } from './scene.ts';

const programIn = (service: string): string =>
  resolve(import.meta.dirname, `../../services/${service}/main.ts`);

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
  readonly start: () => Promise<void>;
  readonly configGen: (...args: ReadonlyArray<string>) => ReturnType<Scene['node']['configGen']>;
};

/** A ledger on a machine of its own, with TLS and its operator, and a network to which nodes are plugged; `flags` of its configuration. */
export const makeMachines = async (t: ExecutionContext, ...flags: ReadonlyArray<string>) => {
  const undoing = undoneBy(t);
  const lan = await makeLan(undoing);
  const netns = await undoing.make(() => makeNetns('ledger'));
  await lan.attach(netns, ledgerAddress);
  const inside = ['ip', 'netns', 'exec', netns.name];
  const ledger = await guarded(t, 2, inside, { address: ledgerAddress, host: ledgerName });
  const env = {
    ...process.env,
    EVIO_LEDGER: ledger.url('admin', ledger.adminPassword),
    XDG_CACHE_HOME: `${ledger.folder}/cache`,
  };
  const run = async (service: string, ...args: ReadonlyArray<string>): Promise<string> => {
    const { code, out, err } = await runToEnd([...inside, process.execPath, programIn(service), ...args], {
      env,
    });
    t.is(code, 0, `${args.join(' ')}: ${err}${out}`);
    return out;
  };
  await run('ledger', 'configure', ...flags);
  let machines = 0;
  /** `node`: two machines may take themselves for one. */
  const plugIn = async (node: string): Promise<Machine> => {
    machines += 1;
    const scene = await makeBareScene(t, node);
    const cable = await lan.attach(scene.node.netns, `192.0.2.${machines}`);
    const name = `${node}-${machines}`;
    const password = await ledger.issue(name, 'node', '--node', node, '--cluster', 'evio');
    const address = ['--ledger', ledger.url(name, password)];
    return {
      ...scene,
      cable,
      start: () => scene.node.startAgent(...address),
      configGen: (...args) => scene.node.configGen(...address, ...args),
    };
  };
  const log = ['--log', `${ledger.folder}/ledger.db`];
  const backup = `${ledger.folder}/backup.db`;
  return {
    plugIn,
    /** `evioctl` in the operator's hands, asking the ledger over the wire. */
    operator: (...args: ReadonlyArray<string>) => run('evioctl', ...args),
    resume: (reason: string) => run('ledger', 'resume', '--reason', reason),
    backUp: () => run('ledger', 'backup', backup, ...log),
    /** Ends the server, puts the backup in the place of its log, and starts it again. */
    restore: async (): Promise<void> => {
      await ledger.server.end();
      await run('ledger', 'restore', backup, ...log);
      await ledger.restart();
    },
  };
};

/** The ledger has all that the node did. */
export const isShipped = ({ node }: Scene) =>
  eventually('the ledger has all events', async () => {
    const { ledger } = await node.status();
    return ledger?.state === 'following' && ledger.lagEvents === 0 ? true : undefined;
  });
