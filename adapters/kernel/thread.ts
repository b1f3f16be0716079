import { Worker } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import type { OperationName, operations } from './operations.ts';
import type { Answer, Question } from './worker.ts';

type Operations = typeof operations;

/** A kernel thread as the main thread sees it. */
type KernelThread = {
  /** Rejects when the thread has ended, or ends before it answers. */
  readonly ask: <N extends OperationName>(
    name: N,
    argument: Parameters<Operations[N]>[1],
  ) => Promise<ReturnType<Operations[N]>>;
  /** Resolves when what was asked before is answered and the thread and its sockets are gone. */
  readonly end: () => Promise<void>;
  /** Resolves when the thread is gone, asked for or not. */
  readonly exited: Promise<void>;
};

type Waiting = { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void };

/** Beside this file, with its ending: `.js` where the sources were built. */
const workerFile = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';

/** Starts a thread that lives in the namespace behind `netnsPath`; rejects, in words, when it cannot live there. */
export const startThread = async (netnsPath: string | undefined): Promise<KernelThread> => {
  const worker = new Worker(new URL(workerFile, import.meta.url), {
    workerData: netnsPath === undefined ? {} : { netnsPath },
    // A request at a time and no history: a small nursery is swept as quickly, and edge nodes are short of memory.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64 },
  });
  const waiting = new Map<number, Waiting>();
  let ended: Error | undefined;
  let lastId = 0;

  const giveUp = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      giveUp(new Error('the kernel thread has ended'));
      resolve();
    });
  });
  worker.on('error', giveUp);
  worker.on('message', ({ id, result }: Answer) => {
    waiting.get(id)?.resolve(result as never);
    waiting.delete(id);
  });
  const answerTo = <A>(id: number): Promise<A> =>
    new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });

  const settled = await answerTo<E.Either<KernelFailure, void>>(0);
  if (E.isLeft(settled)) {
    await exited;
    throw new Error(`the kernel thread cannot start: ${JSON.stringify(settled.left)}`);
  }
  return {
    ask: (name, argument) => {
      if (ended !== undefined) return Promise.reject(ended);
      lastId += 1;
      worker.postMessage({ id: lastId, name, argument } satisfies Question);
      return answerTo(lastId);
    },
    end: () => {
      if (ended === undefined) worker.postMessage(undefined);
      return exited;
    },
    exited,
  };
};
