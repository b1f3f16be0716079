import * as t from 'io-ts';
import { earlierVersion } from '../upcast.ts';
import type { Choice } from './choice.ts';

/** Two shapes in one place: an object for a policy, a text for a request. */
const ChoiceV1 = t.union([t.strict({ policy: t.literal('next-free/1') }), t.literal('requested')]);
type ChoiceV1 = t.TypeOf<typeof ChoiceV1>;

const PodAddedV1 = t.type({ addresses: t.readonlyArray(t.type({ choice: ChoiceV1 })) });
type PodAddedV1 = t.TypeOf<typeof PodAddedV1>;

type PodAddedV2 = { readonly addresses: ReadonlyArray<{ readonly choice: Choice }> };

const choiceUp = (choice: ChoiceV1): Choice =>
  choice === 'requested' ? { by: 'requested' } : { by: 'policy', policy: choice.policy };

const choiceDown = (choice: Choice): ChoiceV1 | undefined => {
  switch (choice.by) {
    case 'policy':
      return { policy: choice.policy };
    case 'requested':
      return 'requested';
    case 'imported':
    case 'delegated':
      return undefined;
  }
};

const up = (pod: PodAddedV1): PodAddedV2 => ({
  ...pod,
  addresses: pod.addresses.map((allocation) => ({ ...allocation, choice: choiceUp(allocation.choice) })),
});

const down = (pod: PodAddedV2): PodAddedV1 | undefined => {
  const addresses = pod.addresses.flatMap((allocation) => {
    const choice = choiceDown(allocation.choice);
    return choice === undefined ? [] : [{ ...allocation, choice }];
  });
  return addresses.length === pod.addresses.length ? { ...pod, addresses } : undefined;
};

/** Version 1 of PodAdded had another `choice`, and none for what was imported or delegated. */
export const podAddedV1 = earlierVersion(PodAddedV1, up, down, 2);
