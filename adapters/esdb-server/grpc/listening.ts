import { createServer, type Server } from 'node:net';
import { type either as E, function as F, taskEither as TE } from 'fp-ts';

export type ListenFailed = {
  readonly type: 'listen-failed';
  readonly address: string;
  readonly reason: string;
};

/** Any port that is free is 0. */
type Address = { readonly address: string; readonly port: number };

/** Resolves when the server listens. */
export const listening = (
  server: Pick<Server, 'once' | 'listen'>,
  { address, port }: Address,
): TE.TaskEither<ListenFailed, void> =>
  TE.tryCatch(
    () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: address, port }, resolve);
      }),
    (error) => ({
      type: 'listen-failed',
      address: `${address}:${port}`,
      reason: error instanceof Error ? error.message : String(error),
    }),
  );

/** Whether it could be listened there now: for who wants to know before he makes anything. */
export const tryListening = (at: Address): Promise<E.Either<ListenFailed, void>> => {
  const server = createServer();
  return F.pipe(
    listening(server, at),
    TE.tapIO(() => () => void server.close()),
  )();
};
