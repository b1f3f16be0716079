import type { Anchor } from './anchor.ts';
import type { AnchorBroken, AnchorHolds, SignedBy } from './check-anchor.ts';

const subject = ({ of, at }: Anchor): string =>
  of === 'log' ? `the log at position ${at}` : `${of} at revision ${at}`;

const byWords = (by: SignedBy): string =>
  by.key === 'given' ? 'the given key' : `${by.node}'s key (${by.event} at position ${by.position})`;

/** `anchor of the log at position 812 holds; 40 events since; signed by node-1's key (NodeJoined at position 3)` */
export const anchorHoldsWords = ({ anchor, end, signedBy }: AnchorHolds): string =>
  `anchor of ${subject(anchor)} holds; ${end - anchor.at} events since; signed by ${byWords(signedBy)}`;

/** What is wrong and what to do about it. */
export const anchorBrokenWords = ({
  anchor,
  because,
}: AnchorBroken): { readonly msg: string; readonly remedy: string } => {
  const of = `anchor of ${subject(anchor)}`;
  switch (because.type) {
    case 'other-log':
      return {
        msg: `${of}: it was made of the log ${anchor.logId}, and this is ${because.logId}`,
        remedy: 'name that log with --log; if this file is meant to be it, it was replaced',
      };
    case 'other-epoch':
      return {
        msg: `${of}: it was made in epoch ${anchor.epoch}, and the log is in epoch ${because.epoch}`,
        remedy: 'a backup was restored since: hold the anchor against a copy of that epoch',
      };
    case 'shorter':
      return {
        msg: `${of}: the log has nothing there; it ends at ${because.end}`,
        remedy: 'events were removed, or this is an older copy: find the one that has them',
      };
    case 'archived':
      return {
        msg: `${of}: positions ${because.run.from} to ${because.run.to} (${because.run.stream}) are archived`,
        remedy: `give their file with --archive FILE; its SHA-256 is ${because.run.archive}`,
      };
    case 'rewritten':
      return {
        msg: `${of}: history was rewritten at or before it: expected ${anchor.hash}, found ${because.found} (position ${because.position})`,
        remedy:
          'compare it with a copy (evioctl verify --copy FILE), which names the first event that differs',
      };
    case 'signature':
      return {
        msg:
          because.keys.length === 0
            ? `${of}: the log names no key to check its signature with`
            : `${of}: it is not signed by ${because.keys.length > 3 ? `any of the ${because.keys.length} keys that the log names` : because.keys.map(byWords).join(', nor by ')}`,
        remedy: 'give the key of the node that made it with --public-key; else the line itself was changed',
      };
  }
};
