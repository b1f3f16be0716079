import { randomUUID } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { either as E, taskEither as TE } from 'fp-ts';
import {
  IpamAddRequest,
  IpamAttachmentRequest,
  IpamGcRequest,
  IpamStatusRequest,
} from '../../../domain/cni/ipam-request.ts';
import { isObject } from '../../../domain/cni/judge.ts';
import { parseAddress } from '../../../domain/ip/address.ts';
import type { AgentConnection } from '../../../domain/port/agent-connection.ts';
import { runPlugin } from '../../../services/cni-plugin/plugin.ts';
import { type WildCall, wildCall, wrongOutcome } from '../../support/fuzz.ts';

const requests = {
  '/v1/ipam/add': IpamAddRequest,
  '/v1/ipam/del': IpamAttachmentRequest,
  '/v1/ipam/check': IpamAttachmentRequest,
  '/v1/ipam/status': IpamStatusRequest,
  '/v1/ipam/gc': IpamGcRequest,
};

/** The far end of the wire takes what an agent of this release would take; all else it remembers. */
const wire = (asked: { count: number; readonly misshapen: unknown[] }): AgentConnection => ({
  call: (_method, path, body) => {
    const whole: unknown = JSON.parse(JSON.stringify(body));
    asked.count += 1;
    if (E.isLeft(requests[path as keyof typeof requests].decode(whole))) asked.misshapen.push(whole);
    return TE.right({ status: 200, body: { result: { ips: [{ address: '10.1.2.2/24' }], dns: {} } } });
  },
});

/** Some of what another plugin's configuration has, where it is one at all. */
const withIpam = (stdin: string, ipam: unknown): string => {
  try {
    const config: unknown = JSON.parse(stdin);
    return isObject(config) && ipam !== undefined ? JSON.stringify({ ipam, ...config }) : stdin;
  } catch {
    return stdin;
  }
};

const ipams = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ type: 'evio-ipam', subnet: '10.1.2.0/24' }) },
  { weight: 1, arbitrary: fc.constant({ resolvConf: '/etc/resolv.conf' }) },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** host-local's own refusals are of code 999; a defect of ours is, too, and says so. */
const asCni = (stdout: string): string =>
  stdout.includes('unexpected failure') ? stdout : stdout.replace('"code":999', '"code":7');

const call = async ({ environment, stdin }: WildCall) => {
  const asked = { count: 0, misshapen: [] as unknown[] };
  const outcome = await runPlugin({
    program: 'evio-ipam',
    environment,
    readInput: async () => E.right(stdin),
    connectAgent: () => wire(asked),
    queueDel: () => TE.left({ type: 'queue-missing' }),
    loadDelegation: () => import('../../../services/cni-plugin/via-delegate.ts'),
    isFile: () => true,
    runDelegate: () => {
      throw new Error('evio-ipam is the one that others delegate to');
    },
    // Every path leads to a file, and none to the plugin's own namespace.
    fileAt: (path) => ({ device: 4, inode: path === '/proc/self/ns/net' ? 1 : 4_026_532_000 }),
    readText: (path) => E.left(`open ${path}: no such file or directory`),
    bootId: () => randomUUID(),
    loadQueuedDel: () => import('../../../domain/cni/queued-del.ts'),
    clock: { now: () => '2026-11-21T00:00:00.000Z', monotonicMs: () => 0 },
    timer: { sleep: async () => undefined },
    ids: { random: randomUUID },
    termination: new Promise(() => undefined),
    loadAddressParser: async () => parseAddress,
  });
  return { outcome: { ...outcome, stdout: asCni(outcome.stdout) }, asked };
};

test('10,000 calls of evio-ipam as nobody should make them: each gets a result or an error of CNI, and none reaches the agent misshapen', async (t) => {
  const verdicts = { asked: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(wildCall('/run/evio/agent.sock'), ipams, async ({ environment, stdin }, ipam) => {
      if (environment['CNI_COMMAND'] === '') return;
      const { outcome, asked } = await call({ environment, stdin: withIpam(stdin, ipam) });
      const wrong =
        wrongOutcome(outcome) ?? (asked.misshapen.length > 0 ? JSON.stringify(asked.misshapen) : undefined);
      if (wrong !== undefined) throw new Error(wrong);
      verdicts[asked.count > 0 ? 'asked' : 'refused'] += 1;
    }),
    { seed: 20261121, numRuns: 10_000 },
  );
  t.true(verdicts.asked > 500 && verdicts.refused > 500, JSON.stringify(verdicts));
});
