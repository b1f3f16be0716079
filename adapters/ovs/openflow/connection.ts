import { createConnection } from 'node:net';
import { either as E } from 'fp-ts';
import type { FlowTableFailure } from '../../../domain/port/flow-table.ts';
import { errorWords, remedy } from './error.ts';
import { hasMore } from './flow-stats.ts';
import { hello, offersOurs } from './hello.ts';
import { encodeMessage, type Message, makeFraming, type Received, types } from './message.ts';

/** OpenFlow over one unix socket, from the greeting to the end. What it is asked goes out in the order of the calls. */
export type Connection = {
  /** The bodies of a reply's parts. */
  readonly ask: (body: Buffer) => Promise<E.Either<ConnectionFailure, ReadonlyArray<Buffer>>>;
  /** Sends these flow modifications in one write, and waits until the switch has made them. */
  readonly modify: (bodies: ReadonlyArray<Buffer>) => Promise<E.Either<ConnectionFailure, void>>;
  readonly close: (reason: string) => void;
};

export type ConnectionOptions = {
  readonly socketPath: string;
  /** For connecting, and for each answer. */
  readonly answerTimeoutMs: number;
  /** Called with what answers no question. */
  readonly onTold: (message: Message) => void;
  /** Called once when a connection that was there is gone, whoever ended it. */
  readonly onClosed: () => void;
};

/** What the switch says unasked bears this; our own messages count from 1. */
const unasked = 0;

/** What was sent and not answered: everything from `first` to the id that it is kept under. */
type Pending = {
  readonly first: number;
  readonly parts: Buffer[];
  readonly refusals: string[];
  readonly done: (outcome: E.Either<ConnectionFailure, ReadonlyArray<Buffer>>) => void;
};

type Silent = Extract<FlowTableFailure, { readonly type: 'flows-unreachable' }>;

/** The other side ended the connection: whether it did what was in flight is not known, and may be asked again. */
type Lost = { readonly type: 'lost'; readonly reason: string };

export type ConnectionFailure = FlowTableFailure | Lost;

/** Resolves once both sides have agreed on the version; left says why not. */
export const connect = (options: ConnectionOptions): Promise<E.Either<string, Connection>> =>
  new Promise((resolve) => {
    const socket = createConnection({ path: options.socketPath });
    const framing = makeFraming();
    const pending = new Map<number, Pending>();
    let lastId = unasked;
    let agreed = false;
    let gone: Silent | Lost | undefined;

    const end = (failure: Silent | Lost): void => {
      if (gone !== undefined) return;
      gone = failure;
      clearTimeout(connecting);
      socket.destroy();
      for (const { done } of pending.values()) done(E.left(failure));
      pending.clear();
      if (agreed) options.onClosed();
      else resolve(E.left(failure.reason));
    };
    const close = (reason: string): void => end({ type: 'flows-unreachable', reason });
    const connecting = setTimeout(() => close('no greeting came in time'), options.answerTimeoutMs);

    /** The last message is the one that is answered. */
    const send = (messages: ReadonlyArray<Pick<Message, 'type' | 'body'>>) =>
      new Promise<E.Either<ConnectionFailure, ReadonlyArray<Buffer>>>((answered) => {
        if (gone !== undefined) return answered(E.left(gone));
        const first = lastId + 1;
        lastId += messages.length;
        const timer = setTimeout(
          () => close(`no answer within ${options.answerTimeoutMs} ms`),
          options.answerTimeoutMs,
        );
        const done: Pending['done'] = (outcome) => {
          clearTimeout(timer);
          answered(outcome);
        };
        pending.set(lastId, { first, parts: [], refusals: [], done });
        socket.write(
          Buffer.concat(messages.map((message, index) => encodeMessage({ ...message, xid: first + index }))),
        );
      });

    const refuse = ({ xid, body }: Message): void => {
      const words = errorWords(body);
      for (const [last, { first, refusals, done }] of pending) {
        if (xid < first || xid > last) continue;
        refusals.push(words);
        if (xid === last && pending.delete(last)) done(E.left({ type: 'flow-refused', reason: words }));
        return;
      }
      // It answers nothing that we asked: the greeting was refused.
      close(words);
    };

    const answer = ({ type, xid, body }: Message): void => {
      const asked = pending.get(xid);
      if (asked === undefined) return;
      asked.parts.push(body);
      if (type === types.multipartReply && hasMore(body)) return;
      pending.delete(xid);
      const [reason] = asked.refusals;
      asked.done(reason === undefined ? E.right(asked.parts) : E.left({ type: 'flow-refused', reason }));
    };

    const receive = (message: Received): void => {
      switch (message.type) {
        case types.hello:
          // The switch ends such a connection too, but its reason may be lost with what we write meanwhile.
          if (!offersOurs(message)) {
            close(remedy);
            return;
          }
          // A barrier, to hear whether the version was agreed on.
          void send([{ type: types.barrierRequest, body: Buffer.alloc(0) }]).then((met) => {
            clearTimeout(connecting);
            if (E.isLeft(met)) return close(met.left.reason);
            agreed = true;
            resolve(E.right({ ask, modify, close }));
          });
          return;
        case types.echoRequest:
          socket.write(encodeMessage({ ...message, type: types.echoReply }));
          return;
        case types.error:
          refuse(message);
          return;
        case types.experimenter:
          options.onTold(message);
          return;
        case types.multipartReply:
        case types.barrierReply:
          if (message.xid === unasked) options.onTold(message);
          else answer(message);
          return;
      }
    };

    const ask: Connection['ask'] = (body) => send([{ type: types.multipartRequest, body }]);
    const modify: Connection['modify'] = async (bodies) => {
      const barrier = { type: types.barrierRequest, body: Buffer.alloc(0) };
      return E.map(() => undefined)(
        await send([...bodies.map((body) => ({ type: types.flowMod, body })), barrier]),
      );
    };

    socket.on('data', (chunk: Buffer) => {
      const messages = framing(chunk);
      if (E.isLeft(messages)) return close(messages.left);
      for (const message of messages.right) receive(message);
    });
    socket.on('error', (error) => end({ type: 'lost', reason: error.message }));
    socket.on('close', () => end({ type: 'lost', reason: 'the switch closed the connection' }));
    socket.on('connect', () => {
      socket.write(encodeMessage({ type: types.hello, xid: 0, body: hello() }));
    });
  });
