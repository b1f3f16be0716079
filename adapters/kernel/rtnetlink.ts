import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import { close, errnoName, lastErrno, recv, send, socket } from './libc.ts';
import { decodeMessages, encodeMessage, type Message } from './netlink-message.ts';

export type KernelRefused = Extract<KernelFailure, { type: 'kernel-refused' }>;

/** One rtnetlink request (rtnetlink(7)); `operation` says in words what it is for. */
export type Request = {
  readonly operation: string;
  readonly type: number;
  /** Beyond "request" and "acknowledge", which are added. */
  readonly flags: number;
  readonly body: Buffer;
};

/** A socket speaking rtnetlink in the network namespace it was opened in, from whichever one it is used. */
export type Rtnetlink = {
  readonly fd: number;
  /** Several requests in one send. The kernel tries each in order, also after a refused one; each one's refusal, if any. */
  readonly exchange: (requests: ReadonlyArray<Request>) => ReadonlyArray<KernelRefused | undefined>;
  /** The same, when only the first refusal matters. */
  readonly change: (requests: ReadonlyArray<Request>) => E.Either<KernelRefused, void>;
  /** What the kernel answers to one question; a dump is asked again when it changed underneath. */
  readonly ask: (request: Request) => E.Either<KernelRefused, ReadonlyArray<Message>>;
  readonly close: () => void;
};

export const AF_NETLINK = 16;
export const SOCK_RAW_CLOEXEC = 0x80003;
export const NETLINK_ROUTE = 0;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP_INTR = 0x10;
const MSG_DONTWAIT = 0x40;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_DUMP = 0x300;

const DUMP_ATTEMPTS = 10;

export const refused = (operation: string, errno: string): KernelRefused => ({
  type: 'kernel-refused',
  operation,
  errno,
});

/** Of all sockets of this thread: an answer is taken apart before anything else is asked. The kernel writes no more than 32 KiB at once. */
const received = Buffer.alloc(64 * 1024);

/** Opens the socket in the calling thread's present namespace. */
export const openRtnetlink = (): E.Either<KernelRefused, Rtnetlink> => {
  const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return E.left(refused('open a netlink socket', lastErrno()));
  let sequence = 0;

  // Every refusal is answered, a success only where that is asked for (netlink(7), NLM_F_ACK): the last one's says that all are done.
  const sendAll = (requests: ReadonlyArray<Request>): string | undefined => {
    const bytes = Buffer.concat(
      requests.map(({ type, flags, body }, at) => {
        sequence = (sequence + 1) >>> 0;
        const acknowledged = at === requests.length - 1 ? NLM_F_ACK : 0;
        return encodeMessage({ type, flags: flags | NLM_F_REQUEST | acknowledged, sequence, body });
      }),
    );
    return send(fd, bytes, bytes.length, 0) < 0 ? lastErrno() : undefined;
  };

  // rtnetlink works inside send(): the answers are queued before it returns, so an empty queue is an error, not a wait.
  const receive = (): E.Either<string, ReadonlyArray<Message>> => {
    const length = recv(fd, received, received.length, MSG_DONTWAIT);
    return length < 0 ? E.left(lastErrno()) : E.right(decodeMessages(received.subarray(0, length)));
  };

  const exchange: Rtnetlink['exchange'] = (requests) => {
    if (requests.length === 0) return [];
    const first = sequence + 1;
    const unsent = sendAll(requests);
    if (unsent !== undefined) return requests.map(({ operation }) => refused(operation, unsent));
    const answers = new Map<number, number>();
    while (!answers.has(sequence)) {
      const messages = receive();
      if (E.isLeft(messages)) return requests.map(({ operation }) => refused(operation, messages.left));
      for (const { type, sequence, body } of messages.right)
        if (type === NLMSG_ERROR && sequence >= first) answers.set(sequence, -body.readInt32LE(0));
    }
    return requests.map(({ operation }, at) => {
      const errno = answers.get(first + at) ?? 0;
      return errno === 0 ? undefined : refused(operation, errnoName(errno));
    });
  };

  const askOnce = (request: Request): E.Either<string, ReadonlyArray<Message>> => {
    const unsent = sendAll([request]);
    if (unsent !== undefined) return E.left(unsent);
    const asked = sequence;
    const answers: Array<Message> = [];
    let interrupted = false;
    while (true) {
      const messages = receive();
      if (E.isLeft(messages)) return messages;
      for (const message of messages.right.filter(({ sequence }) => sequence === asked)) {
        interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
        if (message.type !== NLMSG_ERROR && message.type !== NLMSG_DONE) {
          answers.push(message);
          continue;
        }
        const errno = -message.body.readInt32LE(0);
        if (errno !== 0) return E.left(errnoName(errno));
        return interrupted ? E.left('EINTR') : E.right(answers);
      }
    }
  };

  return E.right({
    fd,
    exchange,
    change: (requests) => {
      const refusal = exchange(requests).find((answer) => answer !== undefined);
      return refusal === undefined ? E.right(undefined) : E.left(refusal);
    },
    ask: (request) => {
      let answer = askOnce(request);
      for (let n = 1; n < DUMP_ATTEMPTS && E.isLeft(answer) && answer.left === 'EINTR'; n++)
        answer = askOnce(request);
      return E.isLeft(answer) ? E.left(refused(request.operation, answer.left)) : answer;
    },
    close: () => {
      close(fd);
    },
  });
};
