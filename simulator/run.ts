import type { JsonObject } from '../domain/cni/judge.ts';
import type { Verb } from '../domain/cni/version.ts';

/** One run of the plugin's program. A container's id and namespace are absent where the verb is about none. */
export type Run = {
  readonly program: 'evio' | 'evio-ipam';
  readonly verb: Exclude<Verb, 'VERSION'>;
  readonly config: JsonObject;
  readonly containerId?: string;
  readonly path?: string;
  readonly args?: string;
};

/** What it said, and what is known of its way there. */
export type Ran = {
  /** What stood on stdout; on an error its code, msg and details. */
  readonly said: JsonObject;
  readonly succeeded: boolean;
  readonly requestId: string;
  /** How often it asked the agent, and whether no question of it stayed without an answer at last. */
  readonly asked: number;
  readonly heard: boolean;
  /** Whether its DEL waits for the agent. */
  readonly queued: boolean;
  /** Whether the delegate was asked for addresses. */
  readonly lent: boolean;
};

/** The words of an error. */
export const wordsOf = ({ said }: Ran): string => [said['msg'], said['details']].filter(Boolean).join('; ');
