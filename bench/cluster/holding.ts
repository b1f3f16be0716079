/** `holding.ts LOG`: prints the memory that the state of the cluster in this log takes, in MiB. */
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { openCluster } from '../../services/ledger/open-cluster.ts';
import { must } from '../../test/support/must.ts';

const [path = ''] = process.argv.slice(2);
const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
const before = process.memoryUsage.rss();
const cluster = must(await openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
const stateAt65536MiB = (process.memoryUsage.rss() - before) / 2 ** 20;
if (cluster.revision() < 1) throw new Error('there is no cluster');
await store.close();
console.log(JSON.stringify({ stateAt65536MiB }));
