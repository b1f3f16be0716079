import { either as E } from 'fp-ts';
import type {
  AppendFailure,
  EventStore,
  RecordedEvent,
  Subscription,
  Unavailable,
} from '../../domain/port/event-store.ts';
import type { Client, Connection } from './connection.ts';
import type { Mishap } from './host.ts';
import type { ClusterWorld } from './world.ts';

/** How long nobody is waited for longer. */
const patienceMs = 10_000;
/** So many events come with one answer. */
const pageEvents = 50;

const unavailable = (reason: string): Unavailable => ({ type: 'unavailable', reason });
const thrown = (reason: string): Error => Object.assign(new Error(reason), unavailable(reason));

/**
 * A connection to the ledger as its adapter keeps the port: what is asked arrives some time, or not, or twice; its answer comes back, or
 * not; and when the connection breaks, every call and every subscription fails.
 */
const overConnection = (world: ClusterWorld, client: Client, store: EventStore): EventStore => {
  const { loop, network, ledger } = world;
  const { owner, name, path } = client;
  let broken: string | undefined;
  const listeners = new Set<(reason: string) => void>();
  const connection: Connection = {
    client,
    break: (reason) => {
      broken ??= reason;
      ledger.connections.delete(connection);
      for (const tell of [...listeners]) tell(reason);
    },
  };
  ledger.connections.add(connection);
  const happens = (mishap: Mishap): boolean => path.once.delete(mishap);

  const ask = <Failure, A>(
    label: string,
    run: () => Promise<E.Either<Failure, A>>,
  ): Promise<E.Either<Failure | Unavailable, A>> =>
    new Promise((resolve) => {
      if (broken !== undefined) return resolve(E.left(unavailable(broken)));
      const give = (answer: E.Either<Failure | Unavailable, A>): void => {
        listeners.delete(lost);
        resolve(answer);
      };
      const lost = (reason: string): void => give(E.left(unavailable(reason)));
      const inVain = (): void =>
        void loop.sleep(owner, patienceMs, 'patience with the ledger').then(() => lost('no answer in time'));
      listeners.add(lost);
      loop.soon(network, `${label} of ${name}`, () => {
        if (ledger.life?.store !== store) return;
        if (!path.there || happens('request lost')) return inVain();
        if (happens('request doubled')) loop.soon(network, `${label} of ${name} again`, () => void run());
        void run().then((answer) =>
          loop.soon(owner, `${label}: answered`, () =>
            path.back && !happens('answer lost') ? give(answer) : inVain(),
          ),
        );
      });
    });

  const read = async function* (
    open: () => AsyncIterable<RecordedEvent>,
  ): AsyncGenerator<RecordedEvent, void> {
    const events = open()[Symbol.asyncIterator]();
    for (;;) {
      const page: RecordedEvent[] = [];
      const asked = await ask<never, boolean>('read', async () => {
        while (page.length < pageEvents) {
          const next = await events.next();
          if (next.done) return E.right(true);
          page.push(next.value);
        }
        return E.right(false);
      });
      if (E.isLeft(asked)) throw thrown(asked.left.reason);
      yield* page;
      if (asked.right) return;
    }
  };

  const subscribe = async function* (
    subscription: Subscription,
  ): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
    const asked = await ask<never, undefined>('subscription', async () => E.right(undefined));
    if (E.isLeft(asked)) throw thrown(asked.left.reason);
    const over = new AbortController();
    const end = (): void => over.abort();
    const { promise: gone, resolve: go } = Promise.withResolvers<undefined>();
    const leave = (): void => go(undefined);
    listeners.add(leave);
    subscription.signal.addEventListener('abort', leave, { once: true });
    const pages = store.subscribe({ ...subscription, signal: over.signal })[Symbol.asyncIterator]();
    /** False when nobody listens any more; throws when the connection is gone. */
    const listens = (): boolean => {
      if (subscription.signal.aborted) return false;
      if (broken !== undefined) throw thrown(broken);
      return true;
    };
    try {
      while (listens()) {
        const next = await Promise.race([pages.next(), gone]);
        if (next === undefined) continue;
        if (next.done) throw thrown('the server ended the subscription');
        // One by one: a connection breaks between any two, also of one append.
        for (const event of next.value) {
          await loop.look(owner, `${event.type} comes to ${name}`, () => undefined);
          if (!path.back)
            await loop.sleep(owner, patienceMs, 'patience with the ledger', subscription.signal);
          if (!path.back) connection.break('nothing is heard of it any more');
          if (!listens()) return;
          yield [event];
          if (!listens()) return;
        }
      }
    } finally {
      end();
      listeners.delete(leave);
    }
  };

  return {
    identity: store.identity,
    append: (append) => () => ask('append', store.append(append)),
    flush: () => () => ask('flush', store.flush()),
    head: (stream) => () => ask('head', store.head(stream)),
    readStream: (stream, from, archived) => read(() => store.readStream(stream, from, archived)),
    readAll: (from, archived) => read(() => store.readAll(from, archived)),
    subscribe,
    close: async () => connection.break('the connection is closed'),
  };
};

/** Asks once which log it is. */
export const connectTo = (
  world: ClusterWorld,
  client: Client,
): Promise<E.Either<AppendFailure, EventStore>> => {
  const { loop, ledger, network } = world;
  const { owner, name, path } = client;
  return new Promise((resolve) => {
    const refuse = (reason: string) => (): void => resolve(E.left(unavailable(reason)));
    loop.soon(network, `${name} knocks`, () => {
      if (!path.there || !path.back) {
        void loop.sleep(owner, patienceMs, 'patience with the ledger').then(refuse('no answer in time'));
        return;
      }
      const store = ledger.life?.store;
      if (store === undefined) return loop.soon(owner, 'nobody is there', refuse('connection refused'));
      loop.soon(owner, `${name} is let in`, () =>
        ledger.life?.store === store
          ? resolve(E.right(overConnection(world, client, store)))
          : refuse('connection reset')(),
      );
    });
  });
};

/** For whom nothing is lost by waiting: each call finds a connection of its own when the last one broke. */
export const connectAgain = async (
  world: ClusterWorld,
  client: Client,
): Promise<E.Either<AppendFailure, EventStore>> => {
  const first = await connectTo(world, client);
  if (E.isLeft(first)) return first;
  const { identity } = first.right;
  let current: Promise<E.Either<AppendFailure, EventStore>> | undefined = Promise.resolve(first);
  type Failure = AppendFailure | { readonly type: 'restored'; readonly reason: string };
  const connected = async (): Promise<E.Either<Failure, EventStore>> => {
    current ??= connectTo(world, client);
    const opened = await current;
    if (E.isLeft(opened)) current = undefined;
    else if (opened.right.identity.epoch !== identity.epoch)
      return E.left({ type: 'restored', reason: 'another epoch answers' });
    return opened;
  };
  const noting = async <F extends { readonly type: string }, A>(
    asked: Promise<E.Either<F, A>>,
  ): Promise<E.Either<F, A>> => {
    const answer = await asked;
    if (E.isLeft(answer) && answer.left.type === 'unavailable') current = undefined;
    return answer;
  };
  const through = async function* <A>(
    open: (store: EventStore) => AsyncIterable<A>,
  ): AsyncGenerator<A, void> {
    const opened = await connected();
    if (E.isLeft(opened)) throw Object.assign(new Error('not reached'), opened.left);
    try {
      yield* open(opened.right);
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  const call =
    <F extends { readonly type: string }, A>(run: (store: EventStore) => Promise<E.Either<F, A>>) =>
    async () => {
      const opened = await connected();
      return E.isLeft(opened) ? (opened as E.Left<never>) : noting(run(opened.right));
    };
  return E.right({
    identity,
    append: (append) => call((store) => store.append(append)()),
    flush: () => call((store) => store.flush()()),
    head: (stream) => call((store) => store.head(stream)()),
    readStream: (stream, from, archived) => through((store) => store.readStream(stream, from, archived)),
    readAll: (from, archived) => through((store) => store.readAll(from, archived)),
    subscribe: (subscription) => through((store) => store.subscribe(subscription)),
    close: async () => {
      const opened = await current;
      if (opened !== undefined && E.isRight(opened)) await opened.right.close();
    },
  });
};
