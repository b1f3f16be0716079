import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { type Guarded, guarded } from '../services/ledger/guarded-server.ts';
import { must } from './must.ts';
import { eventually } from './node.ts';
import { runToEnd } from './run-to-end.ts';
import { makeBareScene, type Scene } from './scene.ts';

const program = resolve(import.meta.dirname, '../../services/ledger/main.ts');

/** A node, and in its namespace a ledger with TLS and an operator's configured cluster; `more` of its configuration. */
export const makeLedgered = async (t: ExecutionContext, ...more: ReadonlyArray<string>) => {
  const scene = await makeBareScene(t);
  const inside = ['ip', 'netns', 'exec', scene.node.netns.name];
  const ledger = await guarded(t, 2, inside);
  const configured = await runToEnd([
    ...inside,
    ...[process.execPath, program, 'configure', '--ledger', ledger.url('admin', ledger.adminPassword)],
    ...['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'],
    ...more,
  ]);
  t.is(configured.code, 0, configured.err);
  /** The connection string of a node's own credential. */
  const credentialOf = async (node: string): Promise<string> =>
    ledger.url(node, await ledger.issue(node, 'node', '--node', node, '--cluster', 'evio'));
  return { scene, ledger, credentialOf };
};

/** A stream as a log file has it, event by event: revision, id, type, hash and the texts that it is the hash of. */
export const streamIn = (path: string, stream: string) => {
  const reader = must(openSqliteReader(path));
  try {
    return [...reader.streamPages(stream, 0)]
      .flat()
      .map(({ revision, id, type, hash, payload, metadata }) => ({
        revision,
        id,
        type,
        hash,
        payload,
        metadata,
      }));
  } finally {
    reader.close();
  }
};

export const ownLog = ({ node }: Scene): string => join(node.dir, 'state/ledger.db');

/** The ledger’s copies of the node's stream, and the node's of the cluster's, are the same event by event. */
export const sameCopies = async (t: ExecutionContext, scene: Scene, { folder }: Guarded) => {
  const { hostStream } = await scene.node.status();
  for (const stream of [hostStream, 'cluster-evio']) {
    const own = streamIn(ownLog(scene), stream);
    t.true(own.length > 0);
    t.deepEqual(streamIn(join(folder, 'ledger.db'), stream), own);
  }
};

/** Waits until all that the node did is in the ledger. */
export const shipped = ({ node }: Scene) =>
  eventually('the ledger has all events', async () => {
    const { ledger } = await node.status();
    return ledger?.state === 'following' && ledger.lagEvents === 0 ? ledger : undefined;
  });
