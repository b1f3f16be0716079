import * as t from 'io-ts';
import { ImportSource } from '../import-source.ts';

/** `adoption`: our own marks on a live port, by a node whose log was lost. */
const TakenOverFrom = t.keyof({ ...ImportSource.keys, adoption: null });
export type TakenOverFrom = t.TypeOf<typeof TakenOverFrom>;

/** How an address was found. Only policy choices are run again by an auditor. */
export const Choice = t.union([
  t.strict({ by: t.literal('policy'), policy: t.literal('next-free/1') }),
  t.strict({ by: t.literal('requested') }),
  t.strict({ by: t.literal('imported'), from: TakenOverFrom }),
  /** By another IPAM plugin, of this name. */
  t.strict({ by: t.literal('delegated'), plugin: t.string }),
]);
export type Choice = t.TypeOf<typeof Choice>;

/** Whether it was running when a node without its log met it. */
export const wasAdopted = (attachment: {
  readonly addresses: ReadonlyArray<{ readonly choice: Choice }>;
}): boolean =>
  attachment.addresses.some(({ choice }) => choice.by === 'imported' && choice.from === 'adoption');

/** The other IPAM plugin that gave its addresses, and keeps a record of them; `undefined` when none did. */
export const delegateOf = (attachment: {
  readonly addresses: ReadonlyArray<{ readonly choice: Choice }>;
}): string | undefined =>
  attachment.addresses.flatMap(({ choice }) => (choice.by === 'delegated' ? [choice.plugin] : []))[0];
