import { either as E } from 'fp-ts';
import type { Attachment } from '../../domain/host/state.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { Agent } from '../../services/agent/agent.ts';
import { deleteAttachment } from '../../services/agent/delete.ts';
import type { AgentPorts } from '../../services/agent/ports.ts';
import { device } from '../machine/kernel.ts';
import type { Machine } from '../machine/machine.ts';
import type { Mutant } from './mutant.ts';

const minute = 60_000;

/** What a careless sweep would go by: whether the path leads to any namespace, and whether our link is there. */
type Looked = { readonly netns: boolean; readonly link: boolean };

const look = async ({ ports: { kernel } }: Agent, { netns, hostIfname }: Attachment): Promise<Looked> => {
  const found = await kernel.netns(netns.path)();
  const links = await kernel.ownLinks()();
  return {
    netns: E.isRight(found),
    link: E.isLeft(links) || links.right.some(({ name }) => name === hostIfname),
  };
};

/** Releases, without another look, what was gone as often as `looks` says, a minute apart. */
const releasing =
  (
    isGone: (looked: Looked) => boolean,
    { looks, lateMs = 0 }: { readonly looks: number; readonly lateMs?: number },
  ) =>
  (agent: Agent, { ids }: Machine): Agent => {
    const seen = new Map<string, number>();
    agent.ports.timer.every(minute, async () => {
      for (const [key, attachment] of agent.host.state().attachments) {
        if (attachment.status !== 'attached') continue;
        const times = isGone(await look(agent, attachment)) ? (seen.get(key) ?? 0) + 1 : 0;
        seen.set(key, times);
        if (times < looks) continue;
        await agent.ports.timer.sleep(lateMs);
        await deleteAttachment(agent.ports, agent.host, attachment, 'leaked', {
          actor: 'agent',
          commandId: ids.random(),
          correlationId: attachment.requestId,
        });
      }
    });
    return agent;
  };

/** The switch's ports with other marks. */
const remarked = (ports: AgentPorts, marksOf: (port: PortSeen) => PortSeen['externalIds']): AgentPorts => ({
  ...ports,
  switch: {
    ...ports.switch,
    ports: () => async () => {
      const seen = await ports.switch.ports()();
      return E.isLeft(seen)
        ? seen
        : E.right(seen.right.map((port) => ({ ...port, externalIds: marksOf(port) })));
    },
  },
});

export const healingMutants: ReadonlyArray<Mutant> = [
  {
    name: 'blind-agent-releases',
    defect: 'what no path leads to is taken for gone, at two looks, by an agent that sees no namespace',
    seams: { agent: releasing(({ netns }) => !netns, { looks: 2 }) },
  },
  {
    name: 'release-without-a-last-look',
    defect: 'what two sweeps found gone is released later, whoever is there then',
    seams: { agent: releasing(({ netns, link }) => !netns && !link, { looks: 2, lateMs: minute }) },
  },
  {
    name: 'release-by-one-sweep',
    defect: 'a namespace and a link that are gone at one sweep are enough',
    seams: { agent: releasing(({ netns, link }) => !netns && !link, { looks: 1 }) },
  },
  {
    name: 'leaks-never-released',
    defect: 'a namespace that is gone is taken for one that is there',
    seams: {
      ports: (ports, { kernel }) => ({
        ...ports,
        kernel: {
          ...ports.kernel,
          netns: (path, ifname) => async () => {
            const found = await ports.kernel.netns(path, ifname)();
            const last = [...kernel.ended].findLast(([, ended]) => ended.path === path);
            return E.isLeft(found) && last !== undefined ? E.right({ device, inode: last[0] }) : found;
          },
        },
      }),
    },
  },
  {
    name: 'adoption-skipped',
    defect: 'the marks of live ports are not read',
    seams: { ports: (ports) => remarked(ports, () => ({})) },
  },
  {
    name: 'add-beside-unknown-links',
    defect: 'live links that the log does not know stop no ADD',
    seams: {
      agent: (agent) => ({
        ...agent,
        readiness: new Proxy(agent.readiness, {
          get: (readiness, key) => (key === 'unadopted' ? [] : Reflect.get(readiness, key)),
        }),
      }),
    },
  },
  {
    name: 'adopted-with-another-address',
    defect: 'the marks of one port are read as those of the port before it',
    seams: {
      ports: (ports) => {
        let before: string | undefined;
        return remarked(ports, ({ externalIds }) => {
          const addresses = before ?? externalIds['addresses'] ?? '';
          before = externalIds['addresses'];
          return { ...externalIds, addresses };
        });
      },
    },
  },
  {
    name: 'kernel-not-heard',
    defect: 'what the kernel tells of is left to the next sweep',
    seams: {
      ports: (ports) => ({
        ...ports,
        kernel: { ...ports.kernel, watch: () => async () => E.right(() => undefined) },
      }),
    },
  },
  {
    name: 'fallen-links-stay-down',
    defect: 'a link of a pod that somebody took down is not brought up',
    seams: {
      ports: (ports) => ({
        ...ports,
        kernel: { ...ports.kernel, raiseLinks: () => async () => E.right(undefined) },
      }),
    },
  },
];
