import { randomUUID } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { either as E, taskEither as TE } from 'fp-ts';
import { isIdentifier, isInterfaceName } from '../../../domain/cni/names.ts';
import {
  AddRequest,
  CheckRequest,
  DelRequest,
  GcRequest,
  StatusRequest,
} from '../../../domain/cni/request.ts';
import { parseAddress } from '../../../domain/ip/address.ts';
import type { AgentAnswer, AgentConnection } from '../../../domain/port/agent-connection.ts';
import type { Outcome } from '../../../services/cni-plugin/capabilities.ts';
import { runPlugin } from '../../../services/cni-plugin/plugin.ts';
import { type WildCall, wildCall, wrongOutcome } from '../../support/fuzz.ts';

const requests = {
  '/v1/admit': AddRequest,
  '/v1/add': AddRequest,
  '/v1/del': DelRequest,
  '/v1/check': CheckRequest,
  '/v1/status': StatusRequest,
  '/v1/gc': GcRequest,
  '/v1/vlan/admit': AddRequest,
  '/v1/vlan/add': AddRequest,
  '/v1/vlan/status': StatusRequest,
};

const isSafe = (body: object): boolean =>
  !('containerId' in body && 'ifname' in body) ||
  (isIdentifier(String(body.containerId)) && isInterfaceName(String(body.ifname)));

/** The far end of the wire: it takes what an agent of this release would take, and says yes to it. */
const wire = (asked: unknown[], paths: Set<string>): AgentConnection => ({
  call: (_method, path, body) => {
    paths.add(path);
    const whole: unknown = JSON.parse(JSON.stringify(body));
    const understood = E.isRight<unknown>(requests[path as keyof typeof requests].decode(whole));
    asked.push(understood && isSafe(whole as object) ? undefined : whole);
    const answer: AgentAnswer = { status: 200, body: { result: { ips: [{ address: '10.244.0.2/32' }] } } };
    return TE.right(answer);
  },
});

const call = async (
  { environment, stdin }: WildCall,
  paths: Set<string>,
): Promise<{ readonly outcome: Outcome; readonly asked: unknown[] }> => {
  const asked: unknown[] = [];
  const outcome = await runPlugin({
    program: 'evio',
    environment,
    readInput: async () => E.right(stdin),
    connectAgent: () => wire(asked, paths),
    queueDel: () => TE.left({ type: 'queue-missing' }),
    isFile: () => true,
    loadDelegation: () => import('../../../services/cni-plugin/via-delegate.ts'),
    runDelegate: () => TE.right({ exitCode: 0, stdout: '{"ips":[{"address":"10.244.0.9/24"}]}' }),
    fileAt: () => undefined,
    readText: () => E.left('no such file or directory'),
    bootId: () => randomUUID(),
    loadQueuedDel: () => import('../../../domain/cni/queued-del.ts'),
    clock: { now: () => '2026-11-21T00:00:00.000Z', monotonicMs: () => 0 },
    timer: { sleep: async () => undefined },
    ids: { random: randomUUID },
    termination: new Promise(() => undefined),
    loadAddressParser: async () => parseAddress,
  });
  return { outcome, asked };
};

test('10,000 calls as nobody should make them: each gets a result or an error of CNI, and none reaches the agent misshapen', async (t) => {
  const verdicts = { asked: 0, refused: 0 };
  const paths = new Set<string>();
  await fc.assert(
    fc.asyncProperty(wildCall('/run/evio/agent.sock'), async (wild) => {
      const { outcome, asked } = await call(wild, paths);
      if (wild.environment['CNI_COMMAND'] === '') return;
      const wrong =
        wrongOutcome(outcome) ??
        (asked.some((body) => body !== undefined) ? JSON.stringify(asked) : undefined);
      if (wrong !== undefined) throw new Error(wrong);
      verdicts[asked.length > 0 ? 'asked' : 'refused'] += 1;
    }),
    { seed: 20261121, numRuns: 10_000 },
  );
  // Else it would be the same first check that refuses everything.
  t.true(verdicts.asked > 500 && verdicts.refused > 500, JSON.stringify(verdicts));
  t.deepEqual([...paths].toSorted(), Object.keys(requests).toSorted());
});
