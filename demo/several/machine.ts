import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cable, Lan } from '../../test/support/lan.ts';
import { makeNetns, type Netns } from '../../test/support/netns.ts';
import { eventually, makeNode, type TestNode } from '../../test/support/node.ts';
import { expect } from '../narrate.ts';
import type { Removal } from '../removal.ts';
import { type DemoLedger, type Head, headsIn } from './ledger.ts';

/** A node of the cluster, and its place in the network. */
export type Machine = {
  readonly name: string;
  readonly node: TestNode;
  readonly cable: Cable;
  /** Its agent's options are in a file, as on a real node. */
  readonly start: () => Promise<void>;
  readonly configGen: TestNode['configGen'];
  readonly makePod: () => Promise<Netns>;
  /** The node's log and key are gone, as with its disk. */
  readonly loseDisk: () => Promise<void>;
};

export const makeMachine = async (
  removal: Removal,
  lan: Lan,
  number: number,
  ledger: string,
): Promise<Machine> => {
  const name = `node-${number}`;
  const node = await removal.make(() => makeNode(name, true));
  const cable = await lan.attach(node.netns, `192.0.2.${number}`);
  const file = join(node.dir, 'agent.json');
  await writeFile(file, JSON.stringify({ ledger }), { mode: 0o600 });
  let pods = 0;
  return {
    name,
    node,
    cable,
    start: () => node.startAgent('--config', file),
    configGen: (...args) => node.configGen('--config', file, ...args),
    makePod: () => {
      pods += 1;
      return removal.make(() => makeNetns(`pod-${number}-${pods}`));
    },
    loseDisk: () => rm(join(node.dir, 'state'), { recursive: true }),
  };
};

/** How many events of the node the ledger does not have yet. */
export const lagOf = async ({ node }: Machine): Promise<number | undefined> =>
  (await node.status()).ledger?.lagEvents;

/** Waits until the ledger has all of the node's life and the node all decisions, and holds both against each other. */
export const exactCopy = async ({ name, node }: Machine, ledger: DemoLedger): Promise<Head> => {
  await eventually(`the ledger has all events of ${name}`, async () => {
    const { ledger: standing } = await node.status();
    return standing?.state === 'following' && standing.lagEvents === 0 ? true : undefined;
  });
  return eventually(`the copies of ${name} are the same`, async () => {
    const { hostStream } = await node.status();
    const [own, copy] = [headsIn(join(node.dir, 'state/ledger.db')), ledger.heads()];
    const same = [hostStream, 'cluster-evio'].every((stream) => {
      expect(own.has(stream), `${name} has no stream ${stream}`);
      return own.get(stream)?.hash === copy.get(stream)?.hash;
    });
    return same ? copy.get(hostStream) : undefined;
  });
};
