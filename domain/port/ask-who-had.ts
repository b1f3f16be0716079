import type { taskEither as TE } from 'fp-ts';
import type { WhoHad } from '../projection/who-had.ts';
import type { WhoHadQuestion } from '../projection/who-had-question.ts';

/** Why a question was not answered there. Whoever has the log, or a mirror of it, can answer it himself. */
export type NotAnswered =
  /** An EventStoreDB, or an evio-ledger of before: it knows no such question. */
  | { readonly type: 'not-served' }
  | { readonly type: 'not-answered'; readonly reason: string }
  /** Nobody answers there, or not to this credential. */
  | { readonly type: 'not-reached'; readonly reason: string }
  /** The connection is taken and nothing is said: it was waited for long enough, and would be again. */
  | { readonly type: 'silent'; readonly reason: string };

/** Asks who keeps the index of a log, on another machine or in another thread. The answer is as of the log's end when it is asked. */
export type AskWhoHad = (question: WhoHadQuestion) => TE.TaskEither<NotAnswered, WhoHad>;
