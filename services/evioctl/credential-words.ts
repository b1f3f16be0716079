import type { Credentials } from '../../domain/access/credentials.ts';
import { columns } from './columns.ts';

export const rowsOf = (credentials: Credentials) =>
  credentials.map(({ user, issuedAt, revokedAt }) => ({
    ...user,
    issuedAt,
    ...(revokedAt && { revokedAt }),
  }));

export const listWords = (rows: ReturnType<typeof rowsOf>, path: string): string =>
  rows.length === 0
    ? `no credentials in ${path}`
    : columns(
        ['NAME', 'ROLE', 'OF', 'ISSUED', 'REVOKED'],
        rows.map((row) => [
          row.name,
          row.role,
          row.role === 'node' ? `${row.node} in ${row.cluster}` : '',
          row.issuedAt,
          row.revokedAt ?? '',
        ]),
      );
