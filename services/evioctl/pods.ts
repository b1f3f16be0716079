import type { AllocationRow } from '../../domain/projection/allocations.ts';
import { podWords } from '../../domain/projection/pod-words.ts';
import { columns } from './columns.ts';
import { status as painted } from './paint.ts';

export type PodsAnswer = { readonly revision: number; readonly pods: ReadonlyArray<AllocationRow> };

/** Container ids are long; their first twelve characters are what runtimes show. */
const short = (containerId: string): string => containerId.slice(0, 12);

export const podsWords = ({ pods }: PodsAnswer): string =>
  pods.length === 0
    ? 'no pod holds an address on this node'
    : columns(
        ['ADDRESSES', 'STATUS', 'POD', 'CONTAINER', 'IFNAME', 'NETWORK', 'SINCE'],
        pods.map((row) => {
          const { addresses, status, containerId, ifname, network, addedAt } = row;
          return [
            addresses.join(','),
            painted(status),
            podWords(row, '-'),
            short(containerId),
            ifname,
            network,
            addedAt ?? 'an archived era',
          ];
        }),
      );
