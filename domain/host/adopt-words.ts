import { describeViolation } from '../cluster/violation.ts';
import type { LeftAlone, Unadoptable } from './adopt.ts';
import { describeImportConflict } from './import-words.ts';

const causeWords = (cause: Unadoptable): string => {
  switch (cause.type) {
    case 'no-port':
      return 'its port is not on a bridge, so nobody says which addresses its pod has';
    case 'unreadable-mark':
      return cause.value === ''
        ? `its port lacks the mark "${cause.mark}"`
        : `the mark "${cause.mark}" of its port, "${cause.value}", cannot be read`;
    case 'marks-differ':
      return `the marks of its port are of ${cause.marked}`;
    case 'no-lease':
      return 'this node has no subnet yet';
    case 'conflicts':
      return cause.conflicts
        .map((conflict) => describeViolation(describeImportConflict(conflict)))
        .join('; ');
  }
};

/** Which link, whose it says it is, and why the log cannot take it: `evio0a1b2c3d4e5 (evio/c1/eth0): …`. */
export const describeLeftAlone = ({ link, cause }: LeftAlone): string =>
  `${link.name} (${link.alias}): ${causeWords(cause)}`;
