import type { IpAddress } from '../ip/address.ts';
import type { Moment } from '../time/moment.ts';
import { isFromPool, momentOf } from './ownership-span.ts';
import type { AllocationView, LeaseView } from './ownership-view.ts';
import { textNumber } from './text-number.ts';

/** Two holders of one thing at once, by their writers' clocks. */
export type Contradiction = {
  readonly what: string;
  readonly holders: readonly [string, string];
  readonly reason: string;
};

type Claim = {
  readonly thing: string;
  readonly view: AllocationView | LeaseView;
};

const begins = ({ clockWentBack, from }: Claim['view']): Moment =>
  momentOf({ time: clockWentBack?.earliest ?? from.time });

const endsBy = ({ clockWentBack, to }: Claim['view'], moment: Moment): boolean =>
  to !== undefined && momentOf({ time: clockWentBack?.latest ?? to.time }) <= moment;

const overlap = ({ view: a }: Claim, { view: b }: Claim): boolean =>
  !endsBy(a, begins(b)) && !endsBy(b, begins(a));

const reasonOf = ({ view: a }: Claim, { view: b }: Claim): string => {
  const [first, second] = a.from.position < b.from.position ? [a, b] : [b, a];
  if (first.stream !== second.stream) return `by the clocks of ${first.node} and ${second.node}`;
  return first.to !== undefined && first.to.revision <= second.from.revision
    ? `only because the writer's clock went back: revision ${first.to.revision} ended the first, revision ${second.from.revision} began the second`
    : 'by the order of their stream';
};

export const holderName = (view: AllocationView | LeaseView): string => {
  if ('subnet' in view) return view.node;
  const { pod, containerId, ifname, node } = view;
  return `${pod === undefined ? `${containerId} ${ifname}` : `${pod.namespace}/${pod.name}`} on ${node}`;
};

const contradictionsOf = (claims: ReadonlyArray<Claim>): ReadonlyArray<Contradiction> => {
  const found: Contradiction[] = [];
  for (const [what, rivals] of Map.groupBy(claims, ({ thing }) => thing)) {
    for (const [index, a] of rivals.entries()) {
      for (const b of rivals.slice(index + 1)) {
        const holders = [holderName(a.view), holderName(b.view)] as const;
        if (overlap(a, b)) found.push({ what, holders, reason: reasonOf(a, b) });
      }
    }
  }
  return found;
};

/** What nobody here can be sure of (its stream is not known that far) contradicts nothing. */
const sure = (view: AllocationView | LeaseView): boolean => view.unknownAfter === undefined;

/** A network of evio-ipam's is one node's own: others may give the same addresses. */
const networkOf = (view: AllocationView): string =>
  isFromPool(view) ? `${view.network} on ${view.node}` : view.network;

const longestAddress = 39;

const numberOf = ({ address }: { readonly address: IpAddress }): number =>
  textNumber(address, longestAddress);

/** The numbers of addresses that come more than once. A table of which at least half stays empty finds them sooner than sorting does. */
const seenTwice = (views: ReadonlyArray<AllocationView>): ReadonlySet<number> => {
  const held = views.reduce((count, { addresses }) => count + addresses.length, 0);
  const table = new Int32Array(2 ** Math.ceil(Math.log2(2 * held + 1)));
  const last = table.length - 1;
  const twice = new Set<number>();
  for (const { addresses } of views) {
    for (const one of addresses) {
      // 0 is an empty place, and no number of an address.
      const number = numberOf(one) + 1;
      let place = number & last;
      while (table[place] !== 0 && table[place] !== number) place = (place + 1) & last;
      if (table[place] === number) twice.add(number - 1);
      table[place] = number;
    }
  }
  return twice;
};

/** An address of a network with two attachments at once; any address, or the one that is named. */
export const doubleAddresses = (
  views: ReadonlyArray<AllocationView>,
  only?: IpAddress,
): ReadonlyArray<Contradiction> => {
  const doubtful = seenTwice(views);
  // Nearly always there are none, among tens of thousands.
  if (doubtful.size === 0) return [];
  return contradictionsOf(
    views
      .filter(sure)
      .flatMap((view) =>
        view.addresses
          .filter((held) => doubtful.has(numberOf(held)) && (only === undefined || held.address === only))
          .map(({ address }) => ({ thing: `${address} in ${networkOf(view)}`, view })),
      ),
  );
};

/** A subnet with two nodes at once. */
export const doubleLeases = (views: ReadonlyArray<LeaseView>): ReadonlyArray<Contradiction> =>
  contradictionsOf(views.filter(sure).map((view) => ({ thing: view.subnet, view })));
