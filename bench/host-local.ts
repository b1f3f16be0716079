import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contender.ts';
import { peerPath } from './peer.ts';

/** `10.64.0.0/19`: the address at this offset. */
const address = (offset: number): string => `10.64.${offset >> 8}.${offset & 255}`;

/**
 * `host-local` alone with `count` addresses held, in the files that it keeps itself: one per address with container id and
 * interface name, and the last address given.
 */
export const makeHostLocal = async (count: number, made: AsyncDisposableStack): Promise<Contender> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'evio-bench-host-local-'));
  made.defer(() => rm(dataDir, { recursive: true, force: true }));
  const name = 'held';
  const folder = join(dataDir, name);
  await mkdir(folder);
  for (let offset = 2; offset < count + 2; offset++) {
    await writeFile(join(folder, address(offset)), `${randomUUID()}\r\neth0`);
  }
  if (count > 0) await writeFile(join(folder, 'last_reserved_ip.0'), address(count + 1));
  return {
    title: `host-local alone, ${count} held`,
    program: join(peerPath, 'host-local'),
    cniPath: peerPath,
    config: {
      cniVersion: '1.0.0',
      name,
      type: 'bridge',
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.64.0.0/19' }]], dataDir },
    },
  };
};
