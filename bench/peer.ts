import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contender.ts';

/** Where Debian's package containernetworking-plugins has them. */
export const peerPath = '/usr/lib/cni';

type PeerOptions = {
  readonly name: string;
  readonly subnet: string;
  readonly ipMasq: boolean;
};

/** `bridge` with `host-local`, in the network namespace of this process: its bridge goes with that. */
export const makePeer = async (
  { name, subnet, ipMasq }: PeerOptions,
  made: AsyncDisposableStack,
): Promise<Contender> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'evio-bench-peer-'));
  made.defer(() => rm(dataDir, { recursive: true, force: true }));
  return {
    title: `bridge + host-local ${ipMasq ? 'with' : 'without'} ipMasq`,
    program: join(peerPath, 'bridge'),
    cniPath: peerPath,
    config: {
      cniVersion: '1.0.0',
      name,
      type: 'bridge',
      bridge: name,
      isDefaultGateway: true,
      ipMasq,
      ipam: { type: 'host-local', ranges: [[{ subnet }]], dataDir },
    },
  };
};
