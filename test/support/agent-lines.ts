import type { TestNode } from './node.ts';

/** A line of the agent's log. */
export type Line = Readonly<Record<string, unknown>> & { readonly message: string };

/** All that the node's agents said, in order. */
export const linesOf = async ({ agentLog }: Pick<TestNode, 'agentLog'>): Promise<ReadonlyArray<Line>> =>
  (await agentLog())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
