import { either as E } from 'fp-ts';
import type { DelQueue } from '../../domain/port/del-queue.ts';
import type { Seams } from '../seams.ts';
import type { Mutant } from './mutant.ts';

const withQueue = (change: (queue: DelQueue) => Partial<DelQueue>): Seams => ({
  ports: (ports) => ({ ...ports, delQueue: { ...ports.delQueue, ...change(ports.delQueue) } }),
});

export const queueMutants: ReadonlyArray<Mutant> = [
  {
    name: 'queued-del-applied-to-a-successor',
    defect: 'an ADD does not follow the DEL that is queued for its attachment first',
    seams: withQueue(() => ({ holds: () => false })),
  },
  {
    name: 'queued-del-removed-before-it-is-done',
    defect: 'a queued DEL is removed when it is read',
    seams: withQueue((queue) => ({
      read: (name) => async () => {
        const text = await queue.read(name)();
        if (E.isRight(text)) await queue.remove(name)();
        return text;
      },
    })),
  },
  {
    name: 'queue-not-watched-again',
    defect: 'what could not be done at the start is never tried again',
    seams: {
      ports: (ports) => {
        let drained = false;
        const { delQueue } = ports;
        const names: DelQueue['names'] = () => async () => {
          const first = !drained;
          drained = true;
          return first ? delQueue.names()() : E.right([]);
        };
        return { ...ports, delQueue: { ...delQueue, names } };
      },
    },
  },
];
