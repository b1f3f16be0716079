import { ping, transfer } from '../../test/support/traffic.ts';
import { nodeUplink, outsideAddress } from '../../test/support/uplink.ts';
import { chapter, expect, step } from '../narrate.ts';
import type { World } from './world.ts';

export const exchange = async (
  { node, pods, outside }: World,
  addresses: ReadonlyArray<string>,
): Promise<void> => {
  chapter('Packets');
  const [podA, podB] = pods;
  const [addressA, addressB] = addresses;
  if (podA === undefined || podB === undefined || addressA === undefined || addressB === undefined)
    throw new Error('there are too few pods');
  const megabytes = 8 * 1024 * 1024;
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  await step('ping pod-1 → pod-2', () => ping(podA, addressB), ms);
  await step('ping pod-2 → pod-1', () => ping(podB, addressA), ms);
  await step('ping pod-1 → gateway', () => ping(podA, '10.244.0.1'), ms);
  await step('ping pod-1 → outside', () => ping(podA, outsideAddress), ms);
  const direct = { address: addressB, port: 5001, listenOn: 5001 };
  await step(
    'TCP pod-1 → pod-2, 8 MiB',
    () => transfer(podA, podB, direct, megabytes),
    (seen) => `seen as ${seen.seenAs}`,
  );
  const away = { address: outsideAddress, port: 5001, listenOn: 5001 };
  await step(
    "TCP pod-1 → outside, masqueraded as the node's address",
    async () => {
      const { seenAs } = await transfer(podA, outside, away, megabytes);
      expect(seenAs === nodeUplink, `the outside saw ${seenAs}, not ${nodeUplink}`);
      return seenAs;
    },
    (seenAs) => `seen as ${seenAs}`,
  );
  const rule = `ip daddr 10.96.0.10 tcp dport 80 dnat to ${addressB}:5002`;
  const chain = `chain services { type nat hook prerouting priority dstnat; ${rule}; }`;
  await node.netns.exec('nft', `table ip demo { ${chain}; }`);
  const service = { address: '10.96.0.10', port: 80, listenOn: 5002 };
  await step(
    'TCP pod-1 → Service 10.96.0.10:80 (nftables DNAT), whose backend pod-2 is on the same node',
    () => transfer(podA, podB, service, megabytes),
    ({ seenAs }) => `seen as ${seenAs}`,
  );
};
