import test from 'ava';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { type Cidr, parseCidr } from '../../../domain/ip/cidr.ts';
import { makeElasticSubnets, needsNodeNetwork } from '../../../services/agent/elastic-subnets.ts';
import { unknownReadiness } from '../../../services/agent/readiness.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { openNode } from '../../support/allocator.ts';
import { leaseObserved } from '../../support/events.ts';
import { addPod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { listeningLog } from '../../support/member.ts';
import { must } from '../../support/must.ts';

const subnets = ['10.244.0.0/29', '10.244.0.8/29'].map((text) => must(parseCidr(text)));

test('every pod of an extra subnet waits for its gateway until the node has it, not the first alone', async (t) => {
  const { host, join } = await openNode(openMemoryStore({ clock, newLogId: ids.random, sha256 }), 'node-1');
  await join();
  await askHost(host, { ...leaseObserved, type: 'observe-lease', subnets, minReader: 6 });
  for (let pod = 0; pod < 7; pod += 1) await askHost(host, addPod(`c${pod}`));
  const { attachments, lease } = host.state();
  if (lease === undefined) throw new Error('there is no lease');
  const needing = (networked: ReadonlyArray<Cidr>) =>
    [...attachments.values()].filter((one) => needsNodeNetwork(lease, new Set(networked), one)).length;
  t.is(needing(subnets.slice(0, 1)), 2);
  t.is(needing(subnets), 0);
});

test('an extra subnet is not given back while a live link is not in the log, nor before anybody looked', async (t) => {
  const { host, join } = await openNode(openMemoryStore({ clock, newLogId: ids.random, sha256 }), 'node-1');
  await join();
  await askHost(host, { ...leaseObserved, type: 'observe-lease', subnets, minReader: 6 });
  const readiness = unknownReadiness('it was not looked');
  const { log } = listeningLog();
  const { sweep } = makeElasticSubnets(
    { clock, ids, log },
    { subnetIdleMs: 0 },
    host,
    readiness,
    async () => undefined,
  );
  for (const unadopted of [undefined, ['evio12345678']]) {
    readiness.unadopted = unadopted;
    await sweep();
    t.deepEqual(host.state().lease?.subnets, subnets);
  }
  readiness.unadopted = [];
  await sweep();
  t.deepEqual(host.state().extra.surrendered, subnets.slice(1));
});
