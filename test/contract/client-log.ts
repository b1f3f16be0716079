import { appendContract } from './client-log/append.ts';
import { deleteContract } from './client-log/delete.ts';
import { readContract } from './client-log/read.ts';
import { subscribeContract } from './client-log/subscribe.ts';
import type { OpenLog } from './client-log/support.ts';

/** What every adapter of the client log port promises: registers the tests for the one that `open` opens. */
export const clientLogContract = (name: string, open: OpenLog): void => {
  appendContract(name, open);
  readContract(name, open);
  deleteContract(name, open);
  subscribeContract(name, open);
};
