import type { LeaseRow } from '../../domain/projection/leases.ts';
import { columns } from './columns.ts';
import { status } from './paint.ts';

export type LeasesAnswer = { readonly revision: number; readonly leases: ReadonlyArray<LeaseRow> };

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

export const leasesWords = ({ leases }: LeasesAnswer): string =>
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
