import { either as E } from 'fp-ts';
import type { IndexFailure, OwnershipIndex } from '../../domain/port/ownership-index.ts';
import { DamagedIndex } from './damaged-index.ts';

/** SQLITE_ERROR (a table is missing), SQLITE_CORRUPT, SQLITE_NOTADB: the content, not the machine. */
const meansDamage = (error: unknown): boolean =>
  error instanceof DamagedIndex ||
  error instanceof SyntaxError ||
  (error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    [1, 11, 26].includes(error.errcode & 0xff));

/** An index that is made anew, once, when a question meets damage; the question is then asked again. */
export const repairing = (
  opened: OwnershipIndex,
  remake: () => E.Either<IndexFailure, OwnershipIndex>,
): OwnershipIndex => {
  let index = opened;
  let remade = false;
  const ask = <A>(question: (index: OwnershipIndex) => A): A => {
    try {
      return question(index);
    } catch (error) {
      if (remade || !meansDamage(error)) throw error;
      remade = true;
      const made = remake();
      if (E.isLeft(made)) throw error;
      index.close();
      index = made.right;
      return question(index);
    }
  };
  return {
    log: opened.log,
    allocationsOf: (address, period) => ask((of) => of.allocationsOf(address, period)),
    allocationsAt: (point) => ask((of) => of.allocationsAt(point)),
    grantsOf: (address, period) => ask((of) => of.grantsOf(address, period)),
    grantsAt: (point) => ask((of) => of.grantsAt(point)),
    allocationsOfPod: (name) => ask((of) => of.allocationsOfPod(name)),
    allocationsOfContainer: (prefix) => ask((of) => of.allocationsOfContainer(prefix)),
    grantsOfNode: (node) => ask((of) => of.grantsOfNode(node)),
    grantsOfSubnet: (subnet) => ask((of) => of.grantsOfSubnet(subnet)),
    horizons: (position) => ask((of) => of.horizons(position)),
    boots: (stream) => ask((of) => of.boots(stream)),
    stepsBack: (stream) => ask((of) => of.stepsBack(stream)),
    close: () => index.close(),
  };
};
