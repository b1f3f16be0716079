import test from 'ava';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { parseCidr } from '../../../domain/ip/cidr.ts';
import { makeElasticSubnets } from '../../../services/agent/elastic-subnets.ts';
import { unknownReadiness } from '../../../services/agent/readiness.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { openNode } from '../../support/allocator.ts';
import { leaseObserved } from '../../support/events.ts';
import { askHost } from '../../support/kept-host.ts';
import { listeningLog } from '../../support/member.ts';
import { must } from '../../support/must.ts';

const subnets = ['10.244.0.0/29', '10.244.0.8/29'].map((text) => must(parseCidr(text)));

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
