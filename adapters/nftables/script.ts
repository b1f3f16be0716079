import { switchedLinks } from '../../domain/kernel/link-group.ts';
import { ownTable } from '../../domain/kernel/own-table.ts';
import type { FamilyTable } from './table.ts';

const set = (name: string, type: string, elements: ReadonlyArray<string>): string =>
  [
    `  set ${name} {`,
    `    type ${type}`,
    '    flags interval',
    ...(elements.length === 0 ? [] : [`    elements = { ${elements.join(', ')} }`]),
    '  }',
  ].join('\n');

const sets = ({ family, sources, except }: FamilyTable): string => {
  const type = family === 4 ? 'ipv4_addr' : 'ipv6_addr';
  return `${set(`pods${family}`, type, sources)}\n${set(`except${family}`, type, except)}`;
};

/**
 * `fully-random`: two pods that use one source port at the same instant (resolvers do) would be given the same port of
 * the node on two processors, and the loser's packet would be dropped and waited for. The price is that a pod's outside
 * port differs for each destination, which was never promised.
 */
const rule = ({ family }: FamilyTable): string => {
  const protocol = family === 4 ? 'ip' : 'ip6';
  return `    ${protocol} saddr @pods${family} ${protocol} daddr != @except${family} masquerade fully-random`;
};

/**
 * The host's stack gets what pods send twice where the switch is in user space: from the switch, and from the link itself. Only
 * the switch has looked at who sends, so what comes by the link goes no further.
 */
const onlyThroughTheSwitch = [
  '  chain prerouting {',
  '    type filter hook prerouting priority raw; policy accept;',
  `    iifgroup ${switchedLinks} drop`,
  '  }',
];

/** Takes our table away, whether or not it is there: `delete` alone refuses a table that is not. */
export const removal = `add table inet ${ownTable}\ndelete table inet ${ownTable}\n`;

/** The whole table anew. nft commits a script as one transaction: no packet sees the gap between old and new. */
export const replacement = (families: ReadonlyArray<FamilyTable>): string =>
  [
    `${removal}table inet ${ownTable} {`,
    '  comment "made by evio-ledger and replaced as a whole"',
    ...families.map(sets),
    ...onlyThroughTheSwitch,
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    ...families.map(rule),
    '  }',
    '}',
    '',
  ].join('\n');
