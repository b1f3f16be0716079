/*
 * A process of its own for an official client, since the generated classes of two cannot meet in one process. It runs what its
 * parent sends it: the text of a function, which sees the client's package and a client.
 */
import { createRequire } from 'node:module';

const [name = '', connectionString = ''] = process.argv.slice(2);
const library = createRequire(import.meta.url)(name);
const { EventStoreDBClient, KurrentDBClient } = library;
const client = (EventStoreDBClient ?? KurrentDBClient).connectionString(connectionString);

/** What the packages call differently: what an append expects. */
const expecting = (state: unknown) =>
  EventStoreDBClient === undefined ? { streamState: state } : { expectedRevision: state };

process.on('message', async ({ body, args }: { readonly body: string; readonly args: unknown }) => {
  const said = (progress: unknown): void => void process.send?.({ progress });
  try {
    const run = new Function(`return (${body})`)();
    const value = await run({ client, library, expecting, said }, args);
    process.send?.({ value });
  } catch (error) {
    const { message, type, code, name: className, ...rest } = error as Record<string, unknown>;
    const details = Object.fromEntries(
      Object.entries(rest).filter(([, value]) => ['string', 'number', 'bigint'].includes(typeof value)),
    );
    process.send?.({ error: { ...details, message: String(message ?? error), type, code, className } });
  }
});
process.send?.({ progress: 'ready' });
