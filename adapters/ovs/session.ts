import { either as E } from 'fp-ts';
import { connect } from './connection.ts';
import { type KeepOptions, type Kept, keepConnected, type Life } from './keep-connected.ts';
import { makeReplica, type Replica } from './replica.ts';
import { watchedColumns } from './rows.ts';
import { type Transact, transactOn, type Unreachable, unreachable } from './transact.ts';

/** One life of the connection, with a replica that has been complete since it began. */
export type Live = {
  readonly replica: Replica;
  readonly transact: Transact;
  /** Calls back after each change of the replica, and once with the reason when this life has ended. */
  readonly watch: (watcher: Watcher) => () => void;
  /** Bridges, by row id, that ovs-vswitchd has confirmed in this life: what it said in an earlier one may be stale. */
  readonly confirmed: Set<string>;
};

export type Watcher = (ended: string | undefined) => void;

/** `live` fails while there is no connection; each call tries to make one. */
export type Session = Kept<Live, Unreachable>;

/** `onChange`: bridges, ports, interfaces or the connection changed. */
export type SessionOptions = KeepOptions & { readonly answerTimeoutMs: number };

/** Connects at once and then keeps connecting by itself until closed. */
export const openSession = (options: SessionOptions): Session =>
  keepConnected(options, (onEnded) => startLife(options, onEnded), unreachable);

/** Connects and takes the first, complete answer to `monitor_cond`. `onEnded` is called only for a life that began. */
const startLife = async (
  options: SessionOptions,
  onEnded: () => void,
): Promise<E.Either<string, Life<Live>>> => {
  const replica = makeReplica();
  const watchers = new Set<Watcher>();
  let begun = false;
  let ended: string | undefined;
  // Updates may share a chunk of bytes with the first answer, and must not overtake it.
  const early: Array<unknown> = [];

  const connected = await connect({
    socketPath: options.socketPath,
    answerTimeoutMs: options.answerTimeoutMs,
    onNotification: (method, params) => {
      if (method !== 'update2') return;
      if (!begun) {
        early.push(params[1]);
        return;
      }
      const changed = replica.apply(params[1]);
      for (const watcher of [...watchers]) watcher(undefined);
      if (changed) options.onChange();
    },
    onClosed: (reason) => {
      ended = reason;
      for (const watcher of [...watchers]) watcher(reason);
      if (begun) onEnded();
    },
  });
  if (E.isLeft(connected)) return connected;
  const connection = connected.right;

  // `monitor_cond` (OVS 2.6 and later) sends differences; RFC 7047's `monitor` repeats all ports of a bridge for each
  // one added, which with 250 ports was most of a transaction's time.
  const requests = Object.entries(watchedColumns).map(([table, columns]) => [table, [{ columns }]]);
  const first = await connection.request('monitor_cond', [
    'Open_vSwitch',
    null,
    Object.fromEntries(requests),
  ]);
  if (E.isLeft(first)) return first;
  if (first.right.error !== null && first.right.error !== undefined) {
    connection.close('monitor_cond was refused');
    return E.left(`monitor_cond was refused: ${JSON.stringify(first.right.error)}`);
  }
  if (ended !== undefined) return E.left(ended);
  for (const updates of [first.right.result, ...early]) replica.apply(updates);
  begun = true;

  return E.right({
    live: {
      replica,
      transact: transactOn(connection),
      watch: (watcher) => {
        watchers.add(watcher);
        if (ended !== undefined) queueMicrotask(() => watcher(ended));
        return () => watchers.delete(watcher);
      },
      confirmed: new Set(),
    },
    end: connection.close,
  });
};
