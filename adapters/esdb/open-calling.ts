import { either as E } from 'fp-ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import type { Calling } from './calling.ts';
import { connect } from './connection.ts';
import { longestSilence, watchSilence } from './silence.ts';

type Opened = {
  readonly calling: Calling;
  /** Ends every call, whoever waits for it. */
  readonly end: () => Promise<void>;
};

/** The client says what it has against a file, and not which. */
const filesRefused = (text: string, error: unknown): string => {
  const reason = error instanceof Error ? error.message : String(error);
  const named = [...text.matchAll(/[?&]((?:tlsCA|userCert|userKey)File)=([^&]+)/gi)];
  if (named.length === 0) return reason;
  return `${named.map(([, option, file]) => `${option} ${file}`).join(', ')} cannot be read: ${reason}`;
};

type Ports = Pick<Calling, 'clock' | 'timer' | 'isOurs' | 'patience'> & {
  /** Every call ends when the server is silent for too long; else it is waited for. */
  readonly endsWhenSilent?: boolean;
};

/** A connection that nothing was sent on yet. Fails with what the client says of files of certificates that it cannot read. */
export const openCalling = (
  text: string,
  { endsWhenSilent = false, ...ports }: Ports,
): E.Either<Unavailable, Opened> =>
  E.tryCatch(
    () => {
      const connection = connect(text);
      const ending = new AbortController();
      const closing = ending.signal;
      let ended: Promise<void> | undefined;
      const end = (why?: string): Promise<void> => {
        ending.abort(why);
        ended ??= connection.close();
        return ended;
      };
      const { heard } = endsWhenSilent
        ? watchSilence(ports, longestSilence(text), closing, (words) => void end(words))
        : { heard: () => undefined };
      return { calling: { ...ports, connection, closing, heard }, end: () => end() };
    },
    (error) => ({ type: 'unavailable', reason: filesRefused(text, error) }),
  );
