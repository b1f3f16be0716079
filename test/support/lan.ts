import { mkdir, rm, writeFile } from 'node:fs/promises';
import { makeNetns, type Netns } from './netns.ts';

/** How what is made here goes again. */
export type Undoing = {
  readonly teardown: (undo: () => unknown) => void;
  readonly make: <Part extends { readonly remove: () => Promise<void> }>(
    making: () => Promise<Part>,
  ) => Promise<Part>;
};

/** RFC 5737. */
export const ledgerAddress = '192.0.2.100';
export const ledgerName = 'ledger.example';

/** Where a machine is plugged in. */
export type Cable = { readonly pull: () => Promise<void>; readonly plug: () => Promise<void> };

/** The network between the machines: a bridge in a namespace of its own. */
export type Lan = { readonly attach: (machine: Netns, address: string) => Promise<Cable> };

/** What `ip netns exec` shows in there in place of /etc/hosts (ip-netns(8)). */
const nameLedger = async ({ teardown }: Undoing, { name }: Netns): Promise<void> => {
  const folder = `/etc/netns/${name}`;
  teardown(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/hosts`, `127.0.0.1 localhost\n${ledgerAddress} ${ledgerName}\n`);
};

export const makeLan = async (removal: Undoing): Promise<Lan> => {
  const lan = await removal.make(() => makeNetns('lan'));
  const link = async (verb: string, ...rest: ReadonlyArray<string>): Promise<void> => {
    await lan.exec('ip', 'link', verb, ...rest);
  };
  await link('add', 'lan0', 'type', 'bridge');
  await link('set', 'lan0', 'up');
  let ports = 0;
  return {
    attach: async (machine, address) => {
      ports += 1;
      const port = `port-${ports}`;
      await link('add', port, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', machine.name);
      await link('set', port, 'master', 'lan0', 'up');
      await machine.exec('ip', 'address', 'add', `${address}/24`, 'dev', 'uplink');
      await machine.exec('ip', 'link', 'set', 'uplink', 'up');
      await nameLedger(removal, machine);
      return { pull: () => link('set', port, 'down'), plug: () => link('set', port, 'up') };
    },
  };
};
