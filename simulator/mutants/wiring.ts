import { either as E } from 'fp-ts';
import type { Agent } from '../../services/agent/agent.ts';
import { agentAnswers } from '../../services/agent/routes.ts';
import type { Mutant } from './mutant.ts';

/** The agent with another way into its host stream. */
const withTransact = (
  agent: Agent,
  change: (transact: Agent['host']['transact']) => Agent['host']['transact'],
): Agent => ({
  ...agent,
  host: { ...agent.host, transact: change(agent.host.transact) },
});

export const wiringMutants: ReadonlyArray<Mutant> = [
  {
    name: 'del-logged-before-the-link-is-gone',
    defect: 'the kernel’s acknowledgement of a deletion is not awaited',
    seams: {
      ports: (ports) => ({
        ...ports,
        kernel: {
          ...ports.kernel,
          detachPod: (name) => async () => {
            void ports.kernel.detachPod(name)();
            return E.right(undefined);
          },
        },
      }),
    },
  },
  {
    name: 'add-answered-without-its-port',
    defect: 'the switch’s transaction is taken for its forwarding',
    seams: {
      ports: (ports) => ({
        ...ports,
        switch: {
          ...ports.switch,
          addPort: () => async () => E.right({ ofport: 1, transactMs: 0, waitMs: 0 }),
        },
      }),
    },
  },
  {
    name: 'no-turns',
    defect: 'what concerns one attachment happens all at once',
    seams: {
      agent: (agent) => ({
        ...agent,
        turns: {
          ...agent.turns,
          take: (_key, task) => task(new AbortController().signal, () => undefined),
          takeOver: (_key, task) => task(),
        },
      }),
    },
  },
  {
    name: 'undo-skipped',
    defect: 'an ADD that failed keeps its reservation',
    seams: {
      agent: (agent) =>
        withTransact(
          agent,
          (transact) => (command, cause, durability) =>
            command.type === 'delete-pod' && command.reason === 'wiring-failed'
              ? async () => E.right([])
              : transact(command, cause, durability),
        ),
    },
  },
  {
    name: 'del-answered-before-the-log',
    defect: 'a DEL does not wait for its event',
    seams: {
      agent: (agent) =>
        withTransact(agent, (transact) => (command, cause, durability) => {
          if (command.type !== 'delete-pod') return transact(command, cause, durability);
          return async () => {
            void transact(command, cause, durability)();
            return E.right([]);
          };
        }),
    },
  },
  {
    name: 'release-on-one-observation',
    defect: 'a pod whose link was not seen once is released',
    seams: {
      agent: (agent, { ids }) => {
        const answers = agentAnswers(agent);
        const { timer, kernel } = agent.ports;
        timer.every(30_000, async () => {
          const links = await kernel.ownLinks()();
          if (E.isLeft(links)) return;
          const seen = new Set(links.right.map(({ name }) => name));
          for (const { network, containerId, ifname, hostIfname, status } of agent.host
            .state()
            .attachments.values()) {
            if (status !== 'attached' || seen.has(hostIfname)) continue;
            const body = { protocol: 1, requestId: ids.random(), attempt: 0, network, containerId, ifname };
            const gone = new AbortController().signal;
            await answers({ method: 'POST', path: '/v1/del', query: {}, body, gone });
          }
        });
        return agent;
      },
    },
  },
  {
    name: 'foreign-taken-for-ours',
    defect: 'the owner mark of a port is not looked at',
    seams: {
      ports: (ports, { ovs, loop }, owner) => ({
        ...ports,
        switch: {
          ...ports.switch,
          removePort: (name) => () =>
            loop.change(owner, `removePort ${name}`, () => {
              ovs.ports.delete(name);
              return E.right(undefined);
            }),
          ports: () => () =>
            loop.look(owner, 'ports looked at', () =>
              E.right(
                [...ovs.ports].map(([name, { externalIds = {}, ...port }]) => ({
                  ...port,
                  name,
                  externalIds,
                })),
              ),
            ),
        },
      }),
    },
  },
];
