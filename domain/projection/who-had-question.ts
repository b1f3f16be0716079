import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import type { WhoHad } from './who-had.ts';

/** Who had an address at some moment between two, both included: milliseconds since the epoch. */
const Question = t.strict({ address: IpAddress, period: t.strict({ from: Integer, to: Integer }) });
export type WhoHadQuestion = t.TypeOf<typeof Question>;

/*
 * These texts go over the wire: a method of evio-ledger's own beside those of EventStoreDB (`adapters/esdb-server/methods/who-had.ts`). The
 * answer is `WhoHad` as `evioctl --json who-had` prints it. Another shape of either is another method.
 */
export const whoHadPath = '/evio.ledger.Past/WhoHad';

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const writeQuestion = (question: WhoHadQuestion): string => JSON.stringify(Question.encode(question));

/** `undefined`: it is none. */
export const readQuestion = (text: string): WhoHadQuestion | undefined => {
  const decoded = Question.decode(fromJson(text));
  return E.isRight(decoded) ? decoded.right : undefined;
};

const rows = t.array(t.UnknownRecord);
const Answer = t.type({
  address: IpAddress,
  asked: t.type({ from: t.string, to: t.string }),
  ...{ holders: rows, subnets: rows, nodes: rows, contradictions: rows, known: rows, stepsBack: rows },
});

export const writeAnswer = (answer: WhoHad): string => JSON.stringify(answer);

/** `undefined`: it is none. Its rows are taken as our own program wrote them. */
export const readAnswer = (text: string): WhoHad | undefined => {
  const decoded = Answer.decode(fromJson(text));
  return E.isRight(decoded) ? (decoded.right as unknown as WhoHad) : undefined;
};
