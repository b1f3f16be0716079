import { closeSync } from 'node:fs';
import { either as E } from 'fp-ts';
import { recv, send } from '../adapters/kernel/libc.ts';
import { deleteLink, findLink, markAndSetUp } from '../adapters/kernel/link.ts';
import { encodeMessage } from '../adapters/kernel/netlink-message.ts';
import { openNetns, visit } from '../adapters/kernel/netns.ts';
import { openRtnetlink } from '../adapters/kernel/rtnetlink.ts';
import { createVeth } from '../adapters/kernel/veth.ts';
import type { PodWiring } from '../domain/port/kernel.ts';

const right = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isRight(outcome)) return outcome.right;
  throw new Error(JSON.stringify(outcome.left));
};

/** NLM_F_REQUEST and NLM_F_ACK (netlink(7)). */
const requestAndAcknowledge = 0x5;

/**
 * What the kernel itself takes for the pair that `createPair` makes, in milliseconds: the same requests as prepared bytes, on the caller's
 * thread, and nothing but one send(2) timed, in which rtnetlink does its work. The pair is removed again.
 */
export const timeBarePair = (hostPath: string, wiring: PodWiring): number => {
  const here = right(openNetns('/proc/thread-self/ns/net'));
  const host = right(openNetns(hostPath));
  const pod = right(openNetns(wiring.netnsPath));
  const rtnetlink = right(visit(here, host, openRtnetlink));
  try {
    const { hostIfname: name, hostMac, ifname, podMac, mtu } = wiring;
    const requests = [
      createVeth({ name, mac: hostMac, mtu }, { name: ifname, mac: podMac, mtu }, pod.fd),
      markAndSetUp(name, wiring.alias),
    ];
    const bytes = Buffer.concat(
      requests.map(({ type, flags, body }, sequence) =>
        encodeMessage({ type, flags: flags | requestAndAcknowledge, sequence, body }),
      ),
    );
    const startedAt = performance.now();
    send(rtnetlink.fd, bytes, bytes.length, 0);
    const ms = performance.now() - startedAt;
    for (const _ of requests) recv(rtnetlink.fd, Buffer.alloc(4096), 4096, 0);
    const made = right(findLink(rtnetlink, name));
    if (made === undefined) throw new Error(`the kernel did not make ${name}`);
    right(rtnetlink.change([deleteLink(made.index, name)]));
    return ms;
  } finally {
    rtnetlink.close();
    for (const { fd } of [here, host, pod]) closeSync(fd);
  }
};
