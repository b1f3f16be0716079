import * as t from 'io-ts';
import { ClusterName } from '../identity/cluster-name.ts';
import { NodeName } from '../identity/node-name.ts';

/**
 * Whose credential it is, and what for. A `node` writes the host streams of one node and reads what concerns it; an `auditor` reads everything;
 * an `allocator` writes cluster streams and reads everything; an `operator` may do all that is not refused to everybody.
 */
export const User = t.union([
  t.strict({ name: t.string, role: t.keyof({ operator: null, allocator: null, auditor: null }) }),
  t.strict({ name: t.string, role: t.literal('node'), cluster: ClusterName, node: NodeName }),
]);
export type User = t.TypeOf<typeof User>;

export type Role = User['role'];

export const roles = ['operator', 'allocator', 'auditor', 'node'] as const satisfies ReadonlyArray<Role>;

/** Names of users stand in `$acl`s, log lines and after `Basic`, where a colon ends them (RFC 7617). */
export const isUserName = (text: string): boolean => /^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$/.test(text);
