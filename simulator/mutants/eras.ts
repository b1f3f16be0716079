import { sha256 } from '../../adapters/system/sha256.ts';
import { canonicalJson, type Json } from '../../domain/canonical-json.ts';
import { seal } from '../../domain/chain.ts';
import type { Metadata } from '../../domain/envelope.ts';
import type { Append, EventStore } from '../../domain/port/event-store.ts';
import type { Seams } from '../seams.ts';
import type { Mutant } from './mutant.ts';

type Carried = { readonly held: ReadonlyArray<Json>; readonly pools: ReadonlyArray<Record<string, Json>> };

/** The era's first event with another content, sealed as if it had been written so. */
const opened = (append: Append, change: (carried: Carried) => object): Append => ({
  ...append,
  events: append.events.map((event) => {
    if (event.type !== 'EraOpened') return event;
    const carried = JSON.parse(event.payload) as Carried;
    const { payloadHash: _, ...metadata } = JSON.parse(event.metadata) as Metadata;
    const payload = canonicalJson({ ...carried, ...change(carried) } as unknown as Json);
    const { id, type } = event;
    const [sealed = event] = seal(sha256, append.stream, undefined, [{ id, type, payload, metadata }]);
    return sealed;
  }),
});

const withOpened = (change: (carried: Carried) => object): Seams => ({
  ports: (ports) => {
    const store: EventStore = {
      ...ports.ownLog,
      append: (append) => ports.ownLog.append(opened(append, change)),
    };
    return { ...ports, ownLog: store, clusterLog: store };
  },
});

export const eraMutants: ReadonlyArray<Mutant> = [
  {
    name: 'held-address-lost-at-an-era-change',
    defect: 'an era begins without the pod that was added last',
    seams: withOpened(({ held }) => ({ held: held.slice(0, -1) })),
  },
  {
    name: 'returned-order-lost-at-an-era-change',
    defect: 'an era begins with returned addresses in another order',
    seams: withOpened(({ pools }) => ({
      pools: pools.map((pool) => ({ ...pool, returned: (pool['returned'] as Json[]).toReversed() })),
    })),
  },
  {
    name: 'era-never-opened',
    defect: 'a closed era is not gone on with: its successor is taken for written and is not',
    seams: {
      ports: (ports) => {
        const store: EventStore = {
          ...ports.ownLog,
          append: (append) => async () =>
            append.events[0]?.type === 'EraOpened'
              ? { _tag: 'Right', right: { revision: 0, position: 0, recordedAt: '' } }
              : ports.ownLog.append(append)(),
        };
        return { ...ports, ownLog: store, clusterLog: store };
      },
    },
  },
];
