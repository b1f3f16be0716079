import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { protocol } from '../domain/cni/request.ts';
import type { Timing } from '../services/agent/add.ts';
import type { Pod } from './pods.ts';

/** One question to the agent over its socket, without a plugin. */
type AgentCall = {
  /** From before connecting until the agent has closed the answered connection. */
  readonly ms: number;
  /** By the agent's own clock, from the request in to the reply out (its `Server-Timing`). */
  readonly agentMs: number;
  readonly body: unknown;
};

type AddBody = { readonly result: { readonly timing: Timing } };

const ask = (socketPath: string, path: string, question: unknown): Promise<AgentCall> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(question);
    const request = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
    const startedAt = performance.now();
    const socket = connect(socketPath, () => socket.write(request));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('error', reject);
    socket.once('end', () => {
      const ms = performance.now() - startedAt;
      const content = answer.slice(answer.indexOf('\r\n\r\n'));
      const agentMs = Number(/^server-timing: total;dur=([\d.]+)/im.exec(answer)?.[1]);
      if (answer.startsWith('HTTP/1.1 200 ')) resolve({ ms, agentMs, body: JSON.parse(content) });
      else reject(new Error(`the agent answered ${path} with ${answer}`));
    });
  });

const envelope = () => ({ protocol, requestId: randomUUID(), attempt: 0, network: 'evio' });

export type AskedAdd = Omit<AgentCall, 'body'> & { readonly containerId: string; readonly timing: Timing };

/** ADD as the plugin asks for it. */
export const askAdd = async (socketPath: string, pod: Pod): Promise<AskedAdd> => {
  const containerId = randomUUID();
  const attachment = { containerId, ifname: 'eth0', netns: pod.netns };
  const { body, ...times } = await ask(socketPath, '/v1/add', {
    ...envelope(),
    ...attachment,
    requestedAddresses: [],
  });
  return { ...times, containerId, timing: (body as AddBody).result.timing };
};

/** DEL as the plugin asks for it; milliseconds. */
export const askDel = async (socketPath: string, pod: Pod, containerId: string): Promise<number> => {
  const attachment = { containerId, ifname: 'eth0', netns: pod.netns };
  return (await ask(socketPath, '/v1/del', { ...envelope(), ...attachment })).ms;
};
