import { either as E } from 'fp-ts';
import type { Flow } from '../../domain/ovs/flow.ts';
import type { Mutant } from './mutant.ts';

export const flowMutants: ReadonlyArray<Mutant> = [
  {
    name: 'flows-left-behind',
    defect: 'flows of pods that are gone are not removed',
    seams: {
      ports: (ports) => ({
        ...ports,
        flows: {
          ...ports.flows,
          change: (changes) => ports.flows.change(changes.filter(({ type }) => type === 'add')),
        },
      }),
    },
  },
  {
    name: 'flows-not-restored',
    defect: 'what was written to the switch once is taken for what it has',
    seams: {
      ports: (ports) => {
        const written = new Map<string, Flow>();
        const believed = () => [...written.values()].map((flow) => ({ cookie: flow.cookie, flow }));
        return {
          ...ports,
          flows: {
            ...ports.flows,
            flows: () => async () => E.right(believed()),
            count: () => async () => E.right(written.size),
            change: (changes) => async () => {
              for (const change of changes)
                if (change.type === 'add') written.set(JSON.stringify(change.flow), change.flow);
                else
                  for (const [key, { cookie }] of [...written])
                    if (cookie === change.cookie) written.delete(key);
              return ports.flows.change(changes)();
            },
          },
        };
      },
    },
  },
];
