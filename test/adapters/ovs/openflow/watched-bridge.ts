import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Received } from '../../../../adapters/ovs/openflow/message.ts';
import { openFlowTable } from '../../../../adapters/ovs/openflow/open.ts';
import type { FlowSeen } from '../../../../domain/ovs/flow.ts';
import type { FlowTable } from '../../../../domain/port/flow-table.ts';
import {
  adding,
  type Bridge,
  cookieOf,
  flowsOf,
  makeBridge,
  seen,
  sorted,
} from '../../../support/openflow.ts';
import { openWire, type Wire } from '../../../support/openflow-wire.ts';

export const one = flowsOf(1);
export const other = flowsOf(2);
export const cookie = cookieOf(one);
export const withCookie = `cookie=0x${cookie}`;
/** One of them, for `ovs-ofctl --strict`. */
export const strict = 'priority=65000,in_port=1';

const multipartRequest = 18;
/** `ofp_multipart_type`. */
export const kinds = { flows: 1, experimenter: 0xffff } as const;
export const asks = ({ type, body }: Received, kind: number): boolean =>
  type === multipartRequest && body.readUInt16BE(0) === kind;

export type Watched = Bridge & {
  readonly wire: Wire;
  /** How many questions about flows the switch was sent. */
  readonly asked: () => number;
  /** How often listeners were called. */
  readonly told: () => number;
};

/** A bridge that has our flows of two pods, and the way to it. */
export const watch = async (t: ExecutionContext): Promise<Watched> => {
  const bridge = await makeBridge(t);
  const wire = await openWire(t, bridge.socketPath);
  let asked = 0;
  wire.onSent((message) => {
    if (asks(message, kinds.flows)) asked += 1;
    return message;
  });
  const table = openFlowTable({ socketPath: wire.path, lastPauseMs: 100 });
  t.teardown(table.close);
  t.deepEqual(await table.change(adding([...one, ...other]))(), E.right(undefined));
  let told = 0;
  table.onChange(() => {
    told += 1;
  });
  return { ...bridge, table, wire, asked: () => asked, told: () => told };
};

/** What the switch said until now is heard: its answer to this comes behind it. */
export const hear = (table: FlowTable) => table.count()();

/** The first pod's flows are known without a question. */
export const assertKept = async (t: ExecutionContext, { table, asked }: Watched): Promise<void> => {
  const before = asked();
  t.deepEqual(sorted(await table.flows(cookie)()), sorted(seen(one)));
  t.is(asked(), before, 'the switch was not asked');
};

/** They are asked for, and are what the switch has now: what it gives with all others. */
export const assertAsked = async (
  t: ExecutionContext,
  { table, asked }: Watched,
): Promise<ReadonlyArray<string>> => {
  const before = asked();
  const answer = sorted(await table.flows(cookie)());
  t.is(asked(), before + 1, 'the switch was asked');
  const ofCookie = (flows: ReadonlyArray<FlowSeen>) => flows.filter((flow) => flow.cookie === cookie);
  t.deepEqual(answer, sorted(E.map(ofCookie)(await table.flows()())));
  return answer;
};
