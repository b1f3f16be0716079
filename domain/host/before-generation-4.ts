import * as t from 'io-ts';
import { ImportSource } from '../import-source.ts';
import { narrowerVersion } from '../upcast.ts';
import { addedBy } from './pod-added.ts';
import { deletedFor, earlierReasons } from './pod-deleted.ts';

/** No other IPAM plugin chose an address, and no pod was adopted. */
const ChoiceV2 = t.union([
  t.strict({ by: t.literal('policy'), policy: t.literal('next-free/1') }),
  t.strict({ by: t.literal('requested') }),
  t.strict({ by: t.literal('imported'), from: ImportSource }),
]);

export const podAddedV2 = narrowerVersion(addedBy(ChoiceV2), 4);

export const podDeletedV1 = narrowerVersion(deletedFor(t.keyof(earlierReasons)), 4);

export const eraOpenedV1 = narrowerVersion(
  t.type({ held: t.readonlyArray(t.type({ addresses: t.readonlyArray(t.type({ choice: ChoiceV2 })) })) }),
  4,
);
