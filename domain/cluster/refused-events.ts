import * as t from 'io-ts';
import { NodeName } from '../identity/node-name.ts';
import { Incarnation } from '../identity/uuid.ts';

/**
 * The allocator's answer to a request of this life that nothing follows from: a node reads only decisions, and would wait for ever.
 * `failure` is the refusal's name, `reason` and `remedy` its words as they were said. This shape is the storage format (`events.ts`
 * says the rules); it is generation 6.
 */
export const RequestRefused = t.strict({
  type: t.literal('RequestRefused'),
  node: NodeName,
  incarnation: Incarnation,
  /** The id of the event that asked. */
  request: t.string,
  failure: t.string,
  reason: t.string,
  remedy: t.string,
});
export type RequestRefused = t.TypeOf<typeof RequestRefused>;
