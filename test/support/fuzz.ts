import fc from 'fast-check';
import { isObject, isText } from '../../domain/cni/judge.ts';

/** One call of the plugin as nobody should make it: environment and stdin. */
export type WildCall = { readonly environment: Readonly<Record<string, string>>; readonly stdin: string };

/** A text as an environment can hold it: anything but NUL. */
export const wildText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '..',
      '.',
      '/',
      '../../etc/passwd',
      'a/../b',
      '$(reboot)',
      '`id`',
      ';ls',
      '-rf',
      '%d%n',
      '\n',
      '"',
      '\\',
      '{}',
      '[]',
      '__proto__',
      'constructor',
      'x'.repeat(5000),
    ),
  )
  .map((text) => text.replaceAll('\0', ''));

export const mostly = <A>(sound: fc.Arbitrary<A>, wild: fc.Arbitrary<A>): fc.Arbitrary<A> =>
  fc.oneof({ weight: 9, arbitrary: sound }, { weight: 1, arbitrary: wild });

const verb = mostly(fc.constantFrom('ADD', 'DEL', 'CHECK', 'STATUS', 'GC', 'VERSION'), wildText);

/** None of these is a pod's network namespace, so that no ADD can come to anything. */
const netns = mostly(
  fc.constantFrom('/run/netns/evio-nowhere', '/proc/self/ns/mnt', '/dev/null', '/', '/proc/1/fd', 'netns'),
  wildText,
);

const argument = fc.tuple(
  mostly(
    fc.constantFrom('IgnoreUnknown', 'IP', 'MAC', 'K8S_POD_NAME', 'K8S_POD_NAMESPACE', 'K8S_POD_UID'),
    wildText,
  ),
  mostly(fc.constantFrom('1', 'true', '10.244.0.9', '10.244.0.9/24', '02:00:5e:10:00:01', 'web-0'), wildText),
);

const variables = {
  CNI_COMMAND: verb,
  CNI_CONTAINERID: mostly(fc.constantFrom('c1', 'a'.repeat(64)), wildText),
  CNI_NETNS: netns,
  CNI_IFNAME: mostly(fc.constantFrom('eth0', 'net1'), wildText),
  CNI_PATH: mostly(fc.constant('/opt/cni/bin'), wildText),
  CNI_ARGS: mostly(
    fc.array(argument, { maxLength: 4 }).map((pairs) => pairs.map((pair) => pair.join('=')).join(';')),
    wildText,
  ),
};

const environment = mostly<Readonly<Record<string, string>>>(
  fc.record(variables),
  fc.record(variables, { requiredKeys: ['CNI_COMMAND'] }).map((some) => ({ ...some })),
);

const range = fc.record(
  { subnet: wildText, rangeStart: wildText, rangeEnd: fc.jsonValue(), gateway: fc.jsonValue() },
  { requiredKeys: [] },
);

/** Values that are nearly right where they are read, and others. */
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(null, true, 1400, -1, 1e308, '1.1.0', '0.3.0', '0.2.0', 'evio0', 'OVS', [], {}),
  fc.record(
    { ips: fc.array(wildText), mac: wildText, dns: fc.jsonValue(), ipRanges: fc.array(fc.array(range)) },
    { requiredKeys: [] },
  ),
  fc.record({ cni: fc.record({ ips: fc.array(wildText), mac: wildText }, { requiredKeys: [] }) }),
  fc.record(
    {
      interfaces: fc.array(fc.jsonValue()),
      ips: fc.array(fc.record({ address: wildText, interface: fc.integer() })),
      routes: fc.array(fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
  fc.array(fc.record({ containerID: wildText, ifname: wildText }, { requiredKeys: [] })),
);

const vlan = mostly<unknown>(fc.constantFrom(1, 7, 100, 4094), fc.constantFrom(0, 4095, 1.5, '7'));
const trunk = fc.array(
  fc.oneof(
    fc.record({ id: vlan }),
    fc.record({ minID: vlan, maxID: vlan }),
    fc.record({ id: vlan, minID: vlan, maxID: vlan }, { requiredKeys: [] }),
  ),
  { maxLength: 3 },
);

/** Values of their key's kind, most of them, and some beside it. */
const kinds: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  vlan,
  trunk,
  vlanTrunk: trunk,
  mac: mostly(
    fc.constantFrom('02:00:5e:10:00:01', '0200.5e10.0001'),
    fc.constantFrom('01:00:5e:00:00:01', ''),
  ),
  hairpinMode: mostly<unknown>(fc.boolean(), fc.constant('true')),
  isDefaultGateway: mostly<unknown>(fc.constant(true), fc.constantFrom(false, 0)),
  queue: mostly(fc.constantFrom('/var/lib/evio/queue', '/dev/null/queue'), fc.constantFrom('queue', '')),
  'cni.dev/valid-attachments': fc.constant([{ containerID: 'c1', ifname: 'eth0' }]),
  // Nowhere in CNI_PATH.
  ipam: fc.constant({ type: 'evio-nowhere' }),
  prevResult: fc.constant({
    cniVersion: '1.1.0',
    interfaces: [{ name: 'eth0', mac: '02:00:5e:10:00:01', sandbox: '/run/netns/evio-nowhere' }],
    ips: [{ address: '10.244.0.9/32', interface: 0 }],
  }),
};

const own = fc
  .subarray(Object.entries(kinds), { maxLength: 4 })
  .chain((some) => fc.record(Object.fromEntries(some)));

const keys = mostly(
  fc.constantFrom(
    ...['cniVersion', 'name', 'type', 'bridge', 'bridgeType', 'mtu', 'dns', 'ipam', 'ipMasq', 'isGateway'],
    ...[
      'runtimeConfig',
      'args',
      'prevResult',
      'capabilities',
      ...['vlan', 'trunk', 'vlanTrunk', 'mac', 'hairpinMode', 'isDefaultGateway', 'queue'],
      'cni.dev/valid-attachments',
      'nodeBits',
    ],
  ),
  wildText.filter((key) => key !== 'agentSocket'),
);

/** Text that was JSON, with a piece cut out or put in. */
const damaged = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(8), wildText)
    .map(([at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length));

/** To an agent that is not there, which takes a plugin's patience (`patience.test.ts`) ten thousand times. */
const leadsElsewhere = (text: string, agentSocket: string): boolean => {
  try {
    const config: unknown = JSON.parse(text);
    return isObject(config) && isText(config['name']) && config['agentSocket'] !== agentSocket;
  } catch {
    return false;
  }
};

const stdin = (agentSocket: string): fc.Arbitrary<string> => {
  const config = fc
    .tuple(
      fc.constantFrom('1.1.0', '1.0.0', '0.4.0', '0.3.0'),
      fc.oneof<fc.Arbitrary<object>[]>(fc.dictionary(keys, values, { maxKeys: 3 }), own),
    )
    .map(([cniVersion, wild]) =>
      JSON.stringify({ cniVersion, name: 'evio', type: 'evio', agentSocket, ...wild }),
    );
  return fc
    .oneof(
      { weight: 6, arbitrary: config },
      { weight: 2, arbitrary: config.chain(damaged) },
      { weight: 1, arbitrary: fc.json() },
      { weight: 1, arbitrary: wildText },
    )
    .filter((text) => !leadsElsewhere(text, agentSocket));
};

export const wildCall = (agentSocket: string): fc.Arbitrary<WildCall> =>
  fc.record({ environment, stdin: stdin(agentSocket) });

/** What a call may leave behind: nothing, a result, or an error of CNI with words and no stack trace; or why it is none of these. */
export const wrongOutcome = ({
  stdout,
  stderr,
  exitCode,
}: {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}): string | undefined => {
  if (/\n\s+at /.test(stderr)) return `a stack trace: ${stderr}`;
  if (exitCode === 0) {
    if (stdout === '') return undefined;
    const { cniVersion } = JSON.parse(stdout) as { readonly cniVersion?: unknown };
    return typeof cniVersion === 'string' ? undefined : `no version: ${stdout}`;
  }
  if (exitCode !== 1) return `exit code ${exitCode}: ${stdout}${stderr}`;
  const error = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  if (Object.keys(error).join() !== 'cniVersion,code,msg,details') return `no error of CNI: ${stdout}`;
  const { code, msg, details } = error;
  if (![1, 2, 3, 4, 5, 6, 7, 8, 11, 50, 51].includes(Number(code))) return `code ${code}: ${stdout}`;
  return typeof msg === 'string' && msg.length > 5 && typeof details === 'string' && details.length > 5
    ? undefined
    : `no words: ${stdout}`;
};
