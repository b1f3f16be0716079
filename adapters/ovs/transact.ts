import { either as E } from 'fp-ts';
import type { SwitchFailure } from '../../domain/port/switch.ts';
import type { Connection } from './connection.ts';
import type { Operation } from './operations.ts';

/** What one operation gave (RFC 7047, section 5.2); which fields there are depends on the operation. */
export type OperationResult = {
  readonly uuid?: readonly ['uuid', string];
  readonly count?: number;
  readonly rows?: ReadonlyArray<Readonly<Record<string, unknown>>>;
};

export type Unreachable = Extract<SwitchFailure, { readonly type: 'switch-unreachable' }>;

/** The database refused; nothing was changed. `operation` counts from 0; one past the last is the commit itself. */
export type Refused = { readonly type: 'refused'; readonly operation: number; readonly reason: string };

export type Transact = (
  operations: ReadonlyArray<Operation>,
) => Promise<E.Either<Unreachable | Refused, ReadonlyArray<OperationResult>>>;

export const unreachable = (reason: string): Unreachable => ({ type: 'switch-unreachable', reason });

const refused = (operation: number, reason: string): Refused => ({ type: 'refused', operation, reason });

/** All operations or none (RFC 7047, section 4.1.3). */
export const transactOn =
  (connection: Connection): Transact =>
  async (operations) => {
    const answer = await connection.request('transact', ['Open_vSwitch', ...operations]);
    if (E.isLeft(answer)) return E.left(unreachable(answer.left));
    const { result, error } = answer.right;
    if (!Array.isArray(result)) return E.left(refused(0, JSON.stringify(error)));
    const at = result.findIndex((each) => typeof each?.error === 'string');
    return at < 0 ? E.right(result) : E.left(refused(at, reasonOf(result[at])));
  };

const reasonOf = (failed: { readonly error: string; readonly details?: unknown }): string =>
  typeof failed.details === 'string' ? `${failed.error}: ${failed.details}` : failed.error;
