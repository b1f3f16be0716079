import type { Chain, NetworkSet, OwnRule, RuleTable } from '../../domain/kernel/own-rules.ts';
import { ownTable } from '../../domain/kernel/own-table.ts';

const setLines = ({ name, family, networks }: NetworkSet): string =>
  [
    `  set ${name} {`,
    `    type ipv${family}_addr`,
    '    flags interval',
    ...(networks.length === 0 ? [] : [`    elements = { ${networks.join(', ')} }`]),
    '  }',
  ].join('\n');

/**
 * `fully-random`: two pods that use one source port at the same instant (resolvers do) would be given the same port of
 * the node on two processors, and the loser's packet would be dropped and waited for. The price is that a pod's outside
 * port differs for each destination, which was never promised.
 */
const ruleLine = (rule: OwnRule): string => {
  switch (rule.does) {
    case 'masquerade': {
      const protocol = rule.family === 4 ? 'ip' : 'ip6';
      return `    ${protocol} saddr @pods${rule.family} ${protocol} daddr != @except${rule.family} masquerade fully-random`;
    }
    case 'drop-group':
      return `    iifgroup ${rule.group} drop`;
  }
};

const chainLines = ({ name, type, hook, priority, policy, rules }: Chain<OwnRule>): string =>
  [
    `  chain ${name} {`,
    `    type ${type} hook ${hook} priority ${priority}; policy ${policy};`,
    ...rules.map(ruleLine),
    '  }',
  ].join('\n');

/** Takes our table away, whether or not it is there: `delete` alone refuses a table that is not. */
export const removal = `add table inet ${ownTable}\ndelete table inet ${ownTable}\n`;

/** The whole table anew. nft commits a script as one transaction: no packet sees the gap between old and new. */
export const replacement = ({ sets, chains }: RuleTable<OwnRule>): string =>
  [
    `${removal}table inet ${ownTable} {`,
    '  comment "made by evio-ledger and replaced as a whole"',
    ...sets.map(setLines),
    ...chains.map(chainLines),
    '}',
    '',
  ].join('\n');
