import type { Owner } from '../loop.ts';
import type { Path } from './host.ts';

/** Who speaks with the ledger. */
export type Client = { readonly owner: Owner; readonly name: string; readonly path: Path };

export type Connection = { readonly client: Client; readonly break: (reason: string) => void };
