/**
 * Agents that join when they are told to: `joining.ts FOLDER ADDRESS FIRST COUNT`. Says `ready` when their logs are open, joins them at the
 * first byte on stdin, says `joined` when all have their lease, and ends when stdin does.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openMember } from './member.ts';

const [folder = '', address = '', first = '0', count = '0'] = process.argv.slice(2);
const members = await Promise.all(
  Array.from({ length: Number(count) }, (_, n) => {
    const node = `node-${Number(first) + n}`;
    mkdirSync(join(folder, node));
    return openMember(join(folder, node), address, node);
  }),
);
// What speaks with a ledger is loaded with the first way to one, and is a part of a program's start.
await import('../../adapters/esdb/open.ts');
console.log('ready');
process.stdin.once('data', async () => {
  await Promise.all(
    members.map(async ({ follow, join, until, host }) => {
      const leased = Promise.withResolvers<void>();
      follow(async () => {
        if (host.state().lease !== undefined) leased.resolve();
      });
      await join();
      // Looks for what would keep it from that alone: to ask so many every moment would be a part of what is measured.
      await Promise.race([leased.promise, until(() => false, 1_000)]);
    }),
  );
  console.log('joined');
});
process.stdin.once('end', () => process.exit(0));
