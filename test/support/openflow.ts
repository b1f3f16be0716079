import { dirname } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openFlowTable } from '../../adapters/ovs/openflow/open.ts';
import type { Flow, FlowSeen } from '../../domain/ovs/flow.ts';
import { podFlows } from '../../domain/ovs/pod-flows.ts';
import type { FlowTable } from '../../domain/port/flow-table.ts';
import { ip, podAdded } from './events.ts';
import { makeNetns } from './netns.ts';
import { type Ovs, startOvs } from './ovs.ts';

const policy = { by: 'policy', policy: 'next-free/1' } as const;

/** The flows of a pod with both families behind this port; of a link of that number unless told otherwise. */
export const flowsOf = (ofport: number, link = ofport): ReadonlyArray<Flow> => {
  const [four, six] = [`10.244.0.${ofport + 1}`, `fd00:244::${ofport + 1}`];
  return podFlows(
    podAdded(`c${ofport}`, four, {
      hostIfname: `evio${String(link).padStart(11, '0')}`,
      addresses: [four, six].map((text) => ({ address: ip(text), choice: policy })),
    }),
    ofport,
  );
};

export const adding = (flows: ReadonlyArray<Flow>) => flows.map((flow) => ({ type: 'add' as const, flow }));
export const cookieOf = (flows: ReadonlyArray<Flow>): string => flows[0]?.cookie ?? '';
export const seen = (flows: ReadonlyArray<Flow>) =>
  E.right(flows.map((flow) => ({ cookie: flow.cookie, flow })));

/** As texts, in one order; of a flow such as we do not write its cookie. */
export const sorted = (outcome: E.Either<unknown, ReadonlyArray<FlowSeen>>): ReadonlyArray<string> => {
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left));
  return outcome.right
    .map(
      ({ cookie, flow }) => JSON.stringify(flow, Object.keys({ ...flow, ...flow?.match }).sort()) ?? cookie,
    )
    .sort();
};

export type Bridge = {
  readonly ovs: Ovs;
  readonly table: FlowTable;
  /** `ovs-ofctl` to it. */
  readonly ofctl: (verb: string, ...args: ReadonlyArray<string>) => Promise<string>;
  readonly socketPath: string;
};

/** A bridge, our way to its flows, and ovs-ofctl's. */
export const makeBridge = async (t: ExecutionContext, ...set: ReadonlyArray<string>): Promise<Bridge> => {
  const host = await makeNetns('flows');
  t.teardown(host.remove);
  const ovs = await startOvs(host);
  t.teardown(ovs.stop);
  await addBridge(ovs, ...set);
  const socketPath = `${dirname(ovs.socketPath)}/evio0.mgmt`;
  const table = openFlowTable({ socketPath, lastPauseMs: 100 });
  t.teardown(table.close);
  return { ovs, table, ofctl: (verb, ...args) => ovs.ofctl('evio0', verb, ...args), socketPath };
};

export const addBridge = async (ovs: Ovs, ...set: ReadonlyArray<string>): Promise<void> => {
  const columns = ['datapath_type=netdev', 'fail_mode=standalone', ...set];
  await ovs.vsctl('add-br', 'evio0', '--', 'set', 'Bridge', 'evio0', ...columns);
};
