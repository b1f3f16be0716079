/**
 * `filling.ts LOG COUNT`: a cluster of so many nodes that hold a subnet each, made by its own decisions. Prints what one more join takes, what
 * the state takes of memory, and the stream's last revision.
 */
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import { openCluster } from '../../services/ledger/open-cluster.ts';
import { must } from '../../test/support/must.ts';
import { median } from '../statistics.ts';

const [path = '', count = '0'] = process.argv.slice(2);
const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
const open = async () => must(await openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
const cause = () => ({ actor: 'bench', commandId: ids.random(), correlationId: ids.random() });

const joining = (n: number) => {
  const node = `node-${n}` as NodeName;
  const incarnation = ids.random() as Incarnation;
  const asOf = clock.now();
  const commands: ReadonlyArray<ClusterCommand> = [
    { type: 'join', node, incarnation, publicKey: 'key', asOf },
    { type: 'lease', node, incarnation, asOf },
  ];
  return commands.map((command) => ({ command, cause: cause() }));
};

const cluster = await open();
must(
  await cluster.transact(
    {
      type: 'configure',
      podCidrs: [{ cidr: '172.16.0.0/12' as Cidr, nodeBits: 16 }],
      hostCidr: '10.0.0.0/8' as Cidr,
      quarantineSeconds: 86_400,
      minReader: 1,
    },
    cause(),
  )(),
);
const last = 20;
const requests = Array.from({ length: Number(count) - last }, (_, n) => n);
for (let from = 0; from < requests.length; from += 200)
  must(await cluster.transactAll(requests.slice(from, from + 200).map(joining))());
const taken: number[] = [];
for (let n = 0; n < last; n += 1) {
  const request = joining(Number(count) - last + n);
  const begun = performance.now();
  const [outcome] = must(await cluster.transactAll([request], 'written')());
  taken.push(performance.now() - begun);
  if (outcome?.refusal !== undefined) throw new Error(JSON.stringify(outcome.refusal));
}
await store.close();
console.log(JSON.stringify({ decideAt65536Ms: median(taken), revision: cluster.revision() }));
