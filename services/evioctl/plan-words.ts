import type { NodeUse, PlanReport, RanOut } from '../../domain/plan/plan-figures.ts';
import { columns } from './columns.ts';

/** The fullest nodes; `--json` has all. */
const shown = 20;

const ranOut = (what: string, first: RanOut | undefined): string =>
  first === undefined
    ? `no ${what} was refused`
    : `first ${what} refused: ${first.at} (position ${first.position}), ${first.node} asked for ${first.asked}: ${first.because}`;

const useRow = ({ node, peak, capacity, peakAt, refusedPods }: NodeUse): ReadonlyArray<string> => [
  node,
  String(peak),
  capacity,
  capacity === '0' ? '-' : `${((100 * peak) / Number(capacity)).toFixed(0)} %`,
  peakAt === '' ? '-' : peakAt,
  String(refusedPods),
];

const reuseWords = (reuse: PlanReport['reuse']): string =>
  reuse === undefined
    ? 'no address was given twice'
    : `${reuse.count} addresses given again: after ${reuse.others.min} others at least, ${reuse.others.median} in the median; ` +
      `after ${reuse.seconds.min} s at least, ${reuse.seconds.median} s in the median`;

export const planWords = (report: PlanReport): string => {
  const { events, from, to, nodes, subnets, pods, perNode } = report;
  const hidden = perNode.length - shown;
  return [
    `history   ${events} events${from === undefined ? '' : `, ${from} to ${to}`}`,
    `nodes     ${nodes.asked} asked, ${nodes.refused} refused at first, ${nodes.neverPlaced} never placed`,
    `subnets   ${subnets.peak} of ${subnets.capacity} at once at most${subnets.peakAt === undefined ? '' : ` (${subnets.peakAt})`}`,
    `pods      ${pods.asked} asked, ${pods.refused} refused`,
    `reuse     ${reuseWords(report.reuse)}`,
    '',
    ranOut('node', report.firstNodeRefused),
    ranOut('pod', report.firstPodRefused),
    ...(perNode.length === 0
      ? []
      : [
          '',
          columns(
            ['NODE', 'PEAK', 'CAPACITY', 'USED', 'PEAK AT', 'REFUSED'],
            perNode.slice(0, shown).map(useRow),
          ),
        ]),
    ...(hidden > 0 ? [`and ${hidden} nodes more (--json has all)`] : []),
  ].join('\n');
};
