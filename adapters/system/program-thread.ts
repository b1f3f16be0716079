import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts the program in `file` as a thread. `hear` is given what it says and, behind that, `undefined` once it has ended, whether it failed
 * or not. What is returned ends the thread, and resolves when it is gone.
 */
export const programThread = <Said>(
  file: URL,
  work: object,
  resourceLimits: ResourceLimits,
  hear: (said: Said | undefined) => void,
): (() => Promise<void>) => {
  const worker = new Worker(file, { workerData: work, resourceLimits });
  worker.on('message', hear);
  worker.on('error', () => {});
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hear(undefined);
      resolve();
    });
  });
  return async () => {
    await worker.terminate();
    await gone;
  };
};
