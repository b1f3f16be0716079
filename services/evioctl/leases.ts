import type { RestoredView } from '../../domain/cluster/queries.ts';
import type { LeaseRow } from '../../domain/projection/leases.ts';
import { columns } from './columns.ts';
import { status } from './paint.ts';
import { restoredWords } from './restored-words.ts';

export type LeasesAnswer = {
  readonly revision: number;
  readonly leases: ReadonlyArray<LeaseRow>;
  readonly restored?: RestoredView;
};

const since = ({ status, leasedAt, revokedAt, releasedAt }: LeaseRow): string => {
  switch (status) {
    case 'leased':
      return leasedAt;
    case 'revoked':
      return revokedAt ?? leasedAt;
    case 'released':
      return releasedAt ?? leasedAt;
  }
};

const table = (leases: ReadonlyArray<LeaseRow>): string =>
  leases.length === 0
    ? 'no node holds a subnet'
    : columns(
        ['SUBNET', 'NODE', 'HOST ADDRESS', 'STATUS', 'SINCE', 'FREE AFTER'],
        leases.map((row) => [
          row.subnet,
          row.node,
          row.hostAddress,
          status(row.status),
          since(row),
          row.quarantinedUntil ?? '-',
        ]),
      );

export const leasesWords = ({ leases, restored }: LeasesAnswer): string =>
  [table(leases), ...(restored === undefined ? [] : ['', ...restoredWords(restored)])].join('\n');
