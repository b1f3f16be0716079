import { parseMac } from '../kernel/parse-mac.ts';
import { plain } from '../shown.ts';
import { invalidField, unsupportedField } from './error.ts';
import { firstWrong, isObject, isText, isTexts, type Judge, must, passes } from './judge.ts';
import { readRuntimeDns } from './runtime-dns.ts';

/*
 * What a runtime adds to the configuration at each call (CNI spec 1.1.0, section 3; CONVENTIONS.md, "Dynamic plugin specific
 * fields"): `runtimeConfig`, by the capabilities that the plugin declares, and `args`.
 */

const addresses = must(isTexts, 'a list of addresses, each with or without prefix');

/** The MAC of a pod's interface, wherever it is asked for. */
export const mac = must(
  (value) => isText(value) && parseMac(value) !== undefined,
  'the MAC of one interface, such as "02:00:5e:10:00:01"',
);

const isRuntimeDns = (value: unknown): boolean => {
  const dns = readRuntimeDns(value);
  return (
    dns !== undefined &&
    ['servers', 'searches', 'options'].every((key) => dns[key] === undefined || isTexts(dns[key]))
  );
};

const rangeKeys = ['subnet', 'rangeStart', 'rangeEnd'];

const ipRanges: Judge = (key, value) => {
  const expected = 'a list of lists of {"subnet", "rangeStart", "rangeEnd"}, the last two if needed';
  if (!Array.isArray(value)) return invalidField(key, value, expected);
  for (const range of value.flat()) {
    if (!isObject(range) || !isText(range['subnet'])) return invalidField(key, range, expected);
    for (const [name, text] of Object.entries(range)) {
      if (!rangeKeys.includes(name))
        return unsupportedField(
          `${key}.${name}`,
          text,
          `a range has ${rangeKeys.join(', ')}; a pod's way out is the gateway of its node`,
        );
      if (!isText(text)) return invalidField(`${key}.${name}`, text, expected);
    }
  }
  return value.every((set) => Array.isArray(set) && set.length > 0)
    ? undefined
    : invalidField(key, value, expected);
};

type Judges = Readonly<Record<string, Judge>>;

const honoured: Judges = {
  ips: addresses,
  mac,
  dns: must(isRuntimeDns, '{"servers": [], "searches": [], "options": []}, each of them if needed'),
  ipRanges,
};

/** What a delegate honours in our place, and judges by its own rules. */
const delegated: Judges = { ips: passes, ipRanges: passes };

/** What does another capability's work, behind us in the list. */
const others: Readonly<Record<string, string>> = { portMappings: 'portmap', bandwidth: 'bandwidth' };

/** A capability that is asked for and that we have not must not be passed by in silence: code 2. */
const runtimeConfigBy = (judges: Judges): Judge => {
  /** With those that change nothing we do. */
  const capabilities: Judges = { ...judges, aliases: passes, cgroupPath: passes };
  return (key, value) => {
    if (!isObject(value)) return invalidField(key, value, 'an object');
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(capabilities, name));
    if (unknown !== undefined) {
      const other = Object.hasOwn(others, unknown) ? others[unknown] : undefined;
      const rather = other === undefined ? '' : `, and give it to the plugin "${other}" behind this one`;
      return unsupportedField(
        `${key}.${unknown}`,
        value[unknown],
        `this plugin honours the capabilities ${Object.keys(honoured).join(', ')}; take "${plain(unknown)}" out of its "capabilities"${rather}`,
      );
    }
    return firstWrong(key, value, capabilities);
  };
};

export const runtimeConfig = runtimeConfigBy(honoured);
export const delegatedRuntimeConfig = runtimeConfigBy({ ...honoured, ...delegated });

/** Of `args` only what is in `cni` concerns us: what else is there is meant for others. */
const argsBy =
  (judges: Judges): Judge =>
  (key, value) => {
    if (!isObject(value)) return invalidField(key, value, 'an object');
    const { cni } = value;
    return isObject(cni) ? firstWrong(`${key}.cni`, cni, judges) : undefined;
  };

export const args = argsBy({ ips: addresses, mac });
export const delegatedArgs = argsBy({ mac });
