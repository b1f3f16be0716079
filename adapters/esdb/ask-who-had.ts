import { either as E } from 'fp-ts';
import type { AskWhoHad, NotAnswered } from '../../domain/port/ask-who-had.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { readAnswer, whoHadPath, writeQuestion } from '../../domain/projection/who-had-question.ts';
import { connect } from './connection.ts';
import { callFailure, isUnimplemented } from './failure.ts';
import { longestSilence, watchSilence } from './silence.ts';

const notAnswered = (error: unknown): NotAnswered => {
  if (isUnimplemented(error)) return { type: 'not-served' };
  const failure = callFailure(error);
  const reason = 'reason' in failure ? failure.reason : failure.type;
  return { type: failure.type === 'rejected' ? 'not-answered' : 'not-reached', reason };
};

/**
 * Asks what a connection string names, with its credential; an `evio-ledger` that keeps the index answers. A server that is connected may take
 * minutes to make its index, and the connection's pings find out when it is gone; one that takes the connection and says nothing is given up.
 */
export const askWhoHad =
  (
    ports: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly timer: Pick<Timer, 'sleep'> },
    text: string,
  ): AskWhoHad =>
  (question) =>
  async () => {
    const over = new AbortController();
    let silence: string | undefined;
    try {
      const connection = connect(text);
      watchSilence(ports, longestSilence(text), over.signal, (words) => {
        silence = words;
        void connection.close();
      });
      try {
        const said = await connection.ask(whoHadPath, Buffer.from(writeQuestion(question)), () =>
          over.abort(),
        );
        const answer = readAnswer(said.toString());
        return answer === undefined
          ? E.left({ type: 'not-answered', reason: 'what it says is no answer' })
          : E.right(answer);
      } finally {
        await connection.close();
      }
    } catch (error) {
      return E.left(silence === undefined ? notAnswered(error) : { type: 'silent', reason: silence });
    } finally {
      over.abort();
    }
  };
