import { parentPort, workerData } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import { type Home, leave, settle } from './netns.ts';
import { type OperationName, operations } from './operations.ts';
import { refused } from './rtnetlink.ts';

/**
 * A kernel thread: netlink, setns and synchronous file access, nothing else. An asynchronous file call made here might be
 * served by a thread of another namespace; the agent's own event loop would stand still while others hold the rtnl lock.
 */

/** What the thread is asked; `undefined` ends it. */
export type Question = { readonly id: number; readonly name: OperationName; readonly argument: unknown };

/** Its answer; with id 0, sent once and first, whether it could settle in the host's namespace. */
export type Answer = { readonly id: number; readonly result: unknown };

const port = parentPort;
if (port === null) throw new Error('the kernel thread is started by openKernel');

/** An argument that cannot even be written down for the kernel (an MTU below zero, say) is refused like the kernel would. */
const answer = (home: Home, { name, argument }: Question): unknown => {
  const operation = operations[name] as (home: Home, argument: unknown) => unknown;
  try {
    return operation(home, argument);
  } catch (error) {
    return E.left(refused(name, String(error)));
  }
};

const serve = (home: Home): void => {
  port.on('message', (question: Question | undefined) => {
    if (question === undefined) {
      leave(home);
      port.close();
      return;
    }
    port.postMessage({ id: question.id, result: answer(home, question) } satisfies Answer);
  });
};

const home = settle((workerData as { readonly netnsPath?: string }).netnsPath);
port.postMessage({ id: 0, result: E.isLeft(home) ? home : E.right(undefined) } satisfies Answer);
if (E.isRight(home)) serve(home.right);
