import { either as E } from 'fp-ts';
import type { AskWhoHad, NotAnswered } from '../../domain/port/ask-who-had.ts';
import { readAnswer, whoHadPath, writeQuestion } from '../../domain/projection/who-had-question.ts';
import { connect } from './connection.ts';
import { callFailure, isUnimplemented } from './failure.ts';

const notAnswered = (error: unknown): NotAnswered => {
  if (isUnimplemented(error)) return { type: 'not-served' };
  const failure = callFailure(error);
  const reason = 'reason' in failure ? failure.reason : failure.type;
  return { type: failure.type === 'rejected' ? 'not-answered' : 'not-reached', reason };
};

/** Asks what a connection string names, with its credential; an `evio-ledger` that keeps the index answers. */
export const askWhoHad =
  (text: string): AskWhoHad =>
  (question) =>
  async () => {
    try {
      const connection = connect(text);
      try {
        const said = await connection.ask(whoHadPath, Buffer.from(writeQuestion(question)));
        const answer = readAnswer(said.toString());
        return answer === undefined
          ? E.left({ type: 'not-answered', reason: 'what it says is no answer' })
          : E.right(answer);
      } finally {
        await connection.close();
      }
    } catch (error) {
      return E.left(notAnswered(error));
    }
  };
