import { Worker } from 'node:worker_threads';
import { either as E } from 'fp-ts';
import type { AskWhoHad } from '../../domain/port/ask-who-had.ts';
import { readAnswer, type WhoHadQuestion } from '../../domain/projection/who-had-question.ts';

/** What the thread is given: the log's file, and the question. */
export type WhoHadWork = { readonly path: string; readonly question: WhoHadQuestion };

/** What it says, once. */
export type WhoHadMessage = { readonly answer: string } | { readonly reason: string };

/**
 * Has the program in `file` answer each question in a thread: to bring the index up to the log's end may take seconds, in which nobody else
 * is to wait. The thread ends with its answer; the index stays.
 */
export const whoHadThread =
  (file: URL, path: string): AskWhoHad =>
  (question) =>
  () =>
    new Promise((resolve) => {
      const work: WhoHadWork = { path, question };
      const worker = new Worker(file, { workerData: work });
      const fails = (reason: string): void => resolve(E.left({ type: 'not-answered', reason }));
      worker.once('message', (message: WhoHadMessage) => {
        if ('reason' in message) return fails(message.reason);
        const answer = readAnswer(message.answer);
        return answer === undefined ? fails('what was found is no answer') : resolve(E.right(answer));
      });
      worker.once('error', (error) => fails(String(error)));
      worker.once('exit', () => fails('it ended without an answer'));
    });
