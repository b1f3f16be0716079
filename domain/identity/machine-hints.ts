import * as t from 'io-ts';

/** SHA-256, 64 hexadecimal digits. */
export const Digest = t.refinement(t.string, (text) => /^[0-9a-f]{64}$/.test(text), 'Digest');

/** Kubernetes gives UUIDs; what stands in a cluster's stream for each node must stay small. */
export const NodeUid = t.refinement(t.string, (text) => /^[\w.-]{1,64}$/.test(text), 'NodeUid');

/**
 * What a node says of the machine that it runs on. Hints only: they name a clone or a lost disk in a refusal, and decide nothing, for
 * images are cloned with their machine id.
 */
export const MachineHints = t.exact(
  t.partial({
    /** SHA-256 of /etc/machine-id (machine-id(5) says that the id itself is confidential). */
    machine: Digest,
    /** The UID of the Kubernetes Node object. */
    kubernetesNode: NodeUid,
  }),
);
export type MachineHints = t.TypeOf<typeof MachineHints>;
