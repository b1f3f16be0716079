import { request } from 'node:http';

export type Got = { readonly status: number; readonly type: string; readonly text: string };

/** One GET over the agent's unix socket. */
export const get = ({ socket }: { readonly socket: string }, what: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath: socket, path: what }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text });
    });
    asking.once('error', reject);
    asking.end();
  });

/** Prometheus's text format as a record: `name{label="value"}` and its value. */
export const samplesOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
  );

export const scrape = async (node: { readonly socket: string }): Promise<Readonly<Record<string, number>>> =>
  samplesOf((await get(node, '/metrics')).text);
