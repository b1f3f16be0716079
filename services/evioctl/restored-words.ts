import { contestedWords } from '../../domain/cluster/presented-events.ts';
import type { RestoredView } from '../../domain/cluster/queries.ts';

/** What there is to see to behind the restoring of the cluster log, a line each. */
export const restoredWords = ({ epoch, paused, awaited, contested }: RestoredView): ReadonlyArray<string> => {
  const missing =
    awaited.length === 0
      ? 'every member has said again what it holds'
      : `not heard of since: ${awaited.join(', ')}`;
  return [
    ...(paused
      ? [
          `the log was restored (epoch ${epoch}): leasing is paused; ${missing}; evio-ledger resume when no other node is missing`,
        ]
      : []),
    ...contested.map(
      ({ node, incarnation, ...one }) =>
        `${node} says that it holds what it cannot have: ${contestedWords(node, [one])}${one.holder === node ? `; is that one gone: evioctl attest ${node} --destroyed; is this one: the same with --incarnation ${incarnation}` : ''}`,
    ),
  ];
};
