import { trunkText } from '../trunk.ts';
import { Trunk } from '../vlan.ts';

/** What `trunkText` writes; `undefined` for any other text. */
export const parseTrunk = (text: string): Trunk | undefined => {
  const ranges = text.split(' ').map((part) => {
    const [from = '', to = from] = part.split('-');
    return { first: Number(from), last: Number(to) };
  });
  return Trunk.is(ranges) && trunkText(ranges) === text ? ranges : undefined;
};
