import { either as E } from 'fp-ts';
import { parseConfiguration, type WantedConfiguration } from '../cluster/configuration.ts';
import { type Checked, type Violation, violation, violationsOf } from '../cluster/violation.ts';

/** Which history to make: the same specification makes the same one, byte for byte. */
export type HistorySpec = {
  readonly nodes: number;
  /** The history ends with the append that brings this many. */
  readonly events: number;
  readonly seed: number;
  /** A host closes its era behind so many events; 0: never. */
  readonly eraEvents: number;
  readonly configuration: WantedConfiguration;
};

/** Subnets of /24 for as many nodes as a history may have, twice over: a lost node's subnet stays away for a day. */
const defaults: Readonly<Record<string, string>> = {
  nodes: '1000',
  events: '1000000',
  seed: '7',
  'era-events': '0',
  'pod-cidr': '10.128.0.0/9',
  'node-bits': '15',
  'host-cidr': '10.0.0.0/16',
  quarantine: '24h',
};

const example = 'nodes=1000,events=1000000,seed=7';

const whole = (key: string, text: string, least: number, most: number): Checked<number> => {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most
    ? E.right(number)
    : E.left([
        violation(key, text, 'is not a number in its range', `write a whole number from ${least} to ${most}`),
      ]);
};

const settings = (text: string): Checked<Readonly<Record<string, string>>> => {
  const given: Record<string, string> = {};
  const violations: Violation[] = [];
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const [key = '', value = '', ...rest] = part.split('=').map((side) => side.trim());
    if (!Object.hasOwn(defaults, key)) {
      violations.push(
        violation(
          'generate',
          part,
          'is not a setting of a history',
          `use ${Object.keys(defaults).join(', ')}`,
        ),
      );
    } else if (value === '' || rest.length > 0 || given[key] !== undefined) {
      violations.push(
        violation('generate', part, 'is not KEY=VALUE, once for each key', `write, for example, ${example}`),
      );
    } else given[key] = value;
  }
  return violations.length > 0 ? E.left(violations) : E.right({ ...defaults, ...given });
};

/**
 * Reads `nodes=1000,events=1000000,seed=7[,pod-cidr=…,node-bits=…,host-cidr=…,quarantine=…,era-events=…]`, each key with its default.
 * Several families are separated by spaces: `pod-cidr=10.0.0.0/9 fd00::/48,node-bits=15 16`.
 */
export const parseHistorySpec = (text: string): Checked<HistorySpec> => {
  const given = settings(text);
  if (E.isLeft(given)) return given;
  const value = (key: string): string => given.right[key] ?? '';
  const nodes = whole('nodes', value('nodes'), 1, 65_536);
  const events = whole('events', value('events'), 1, 100_000_000);
  const seed = whole('seed', value('seed'), 0, 0xffff_ffff);
  const eraEvents = whole('era-events', value('era-events'), 0, 100_000_000);
  const configuration = parseConfiguration({
    podCidr: value('pod-cidr').split(/\s+/),
    nodeBits: value('node-bits').split(/\s+/),
    hostCidr: value('host-cidr'),
    quarantine: value('quarantine'),
  });
  return E.isRight(nodes) &&
    E.isRight(events) &&
    E.isRight(seed) &&
    E.isRight(eraEvents) &&
    E.isRight(configuration)
    ? E.right({
        nodes: nodes.right,
        events: events.right,
        seed: seed.right,
        eraEvents: eraEvents.right,
        configuration: configuration.right,
      })
    : E.left([nodes, events, seed, eraEvents, configuration].flatMap(violationsOf));
};
