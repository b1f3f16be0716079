import { access, readFile } from 'node:fs/promises';
import { run } from '../../support/run.ts';

/** Where Debian's package containernetworking-plugins puts its plugins. */
export const portmapBinary = '/usr/lib/cni/portmap';

/** Fails with the line that installs it when something that the test uses as it is is missing. */
export const requireMachine = async (): Promise<void> => {
  for (const tool of ['podman', 'runc', 'conmon', 'iptables', 'busybox', 'nsenter'])
    await run(tool, '--help');
  const lacking = (what: string, name: string): Error =>
    new Error(`${what}: apt-get install --no-install-recommends ${name}`);
  await access(portmapBinary).catch(() => {
    throw lacking(`${portmapBinary} is not there`, 'containernetworking-plugins');
  });
  const busybox = await readFile('/bin/busybox');
  // An image from scratch has no dynamic linker.
  if (busybox.includes('/ld-linux')) throw lacking('/bin/busybox is not static', 'busybox-static');
};
