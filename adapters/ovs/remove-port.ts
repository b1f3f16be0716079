import { either as E } from 'fp-ts';
import type { SwitchFailure } from '../../domain/port/switch.ts';
import { select } from './operations.ts';
import { isOurs } from './owner.ts';
import type { Live, Session } from './session.ts';
import { type Refused, type Unreachable, unreachable } from './transact.ts';
import { type LettingGo, unplugPort } from './unplug-port.ts';
import { replicaLagMs, until } from './until.ts';

const tries = 5;

/** Right when the database holds no port of this name any more. */
export const removePort = async (
  session: Session,
  lettingGo: LettingGo,
  name: string,
): Promise<E.Either<SwitchFailure, void>> => {
  let reason = '';
  for (let tried = 0; tried < tries; tried++) {
    const current = await session.live();
    if (E.isLeft(current)) return current;
    const live = current.right;
    const port = live.replica.port(name);
    if (port !== undefined && !isOurs(port)) return E.left({ type: 'foreign-port', name });

    const done =
      port === undefined
        ? await isAbsent(live, name)
        : E.map(() => true)(await unplugPort(live, lettingGo, port));
    if (E.isRight(done) && done.right) return E.right(undefined);
    if (E.isLeft(done) && done.left.type === 'switch-unreachable') return E.left(done.left);
    // Somebody else changed it since we looked: look again once the replica shows that.
    reason = E.isLeft(done) ? done.left.reason : 'it was being added by another';
    const waited = await until(live, replicaLagMs, (replica) =>
      replica.port(name) === port ? undefined : true,
    );
    if (waited.type === 'ended') return E.left(unreachable(waited.reason));
  }
  return E.left({ type: 'port-failed', name, reason: `the database refused its removal: ${reason}` });
};

/** Asks the database itself: the replica may be a moment behind it. */
const isAbsent = async (live: Live, name: string): Promise<E.Either<Unreachable | Refused, boolean>> => {
  const results = await live.transact([select('Port', [['name', '==', name]], ['name'])]);
  return E.map<ReadonlyArray<{ readonly rows?: ReadonlyArray<unknown> }>, boolean>(
    ([found]) => (found?.rows ?? []).length === 0,
  )(results);
};
