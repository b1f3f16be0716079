/**
 * `shipping.ts FOLDER ADDRESS COUNT`: a node that has its lease, and without the ledger so many events of pods. Prints the seconds until the
 * ledger has them, from the agent's start on.
 */
import { addPod, deletePod } from '../../test/support/host.ts';
import { openMember } from './member.ts';

const [folder = '', address = '', count = '0'] = process.argv.slice(2);
const joining = await openMember(folder, address, 'shipper');
joining.follow(async () => undefined);
await joining.join();
await joining.until(() => joining.host.state().lease !== undefined);
await joining.end();

const waiting = await openMember(folder, address, 'shipper');
for (let pod = 0; pod < Number(count) / 2; pod += 100)
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => [addPod(`c${pod + n}`), deletePod(`c${pod + n}`)])
      .flat()
      .map(waiting.ask),
  );
const begun = performance.now();
waiting.follow(async () => undefined);
await waiting.until(() => {
  const status = waiting.ledger?.status();
  return status?.state === 'following' && status.lagEvents === 0;
});
console.log(JSON.stringify({ ship10000S: (performance.now() - begun) / 1000 }));
process.exit(0);
