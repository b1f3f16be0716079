/** Where something stands. Its stream, revision and id are absent where the row itself cannot be read. */
export type Place = {
  readonly position: number;
  readonly stream?: string;
  readonly revision?: number;
  readonly id?: string;
  readonly event?: string;
};

/** Which of the things that every row must fit into is broken. */
export type FaultType =
  /** The row, or a value in it, cannot be read at all. */
  | 'unreadable'
  /** An event is missing, or one was put in or moved. */
  | 'position'
  | 'stream'
  | 'revision'
  /** The store's stamp is not a time, or lies before that of the position before. */
  | 'recorded-at'
  /** The metadata is not the canonical JSON that every writer makes. */
  | 'metadata'
  /** The payload is not the one whose hash is in the metadata. */
  | 'payload'
  /** The payload is not what its redaction left. */
  | 'redacted-payload'
  /** The record of a redaction does not fit the event that it names. */
  | 'redaction'
  /** More payloads differ than are kept in mind until the log explains them. */
  | 'unexplained'
  /** The hash does not follow from the event before, and from this one's stream, revision, id, type and metadata. */
  | 'hash'
  /** The log's hash does not follow from the row before, and from this one's position, hash and stamp. */
  | 'log-hash'
  /** The event is intact, and this program does not know it. */
  | 'unknown-event'
  /** The file outside its events. */
  | 'file';

/** The first thing that is not as it was written. */
export type Fault = Place & {
  readonly type: FaultType;
  readonly expected: string;
  readonly found: string;
};

/** What must be true of any history, whoever wrote it. */
export type Law =
  /** No subnet is leased while it, or one that it overlaps, is leased. */
  | 'lease-disjoint'
  /** A subnet is the one that the allocator's policy chooses at that point. */
  | 'subnet-choice'
  /** A host address is the one that the allocator's policy chooses at that point, where it was chosen. */
  | 'host-address-choice'
  /** No host address belongs to two nodes at once. */
  | 'host-address-once'
  /** Only what is leased is revoked or released, and of the node that has it; who leaves holds none. */
  | 'lease-known'
  /** Only the life that is the member is attested or replaced, and replaced when it was attested, or holds nothing. */
  | 'life-gone'
  /** A life goes on from where the cluster's stream says that the one before it ended. */
  | 'life-continued'
  /** No node is leased more subnets of a family than the configuration allows. */
  | 'subnets-per-node'
  /** By its TTL only what was revoked is released, when its holder was silent for longer than the TTL and its margin. */
  | 'lease-expired'
  /** What is retired is an extra subnet without an address held in it; what is surrendered alone was retired before. */
  | 'retired-empty'
  /** A new configuration has a place for all that was given under the one before. */
  | 'configuration-fits'
  /** To a restored log a node presents what its own stream says that it holds. */
  | 'lease-presented'
  /** Each restored backup begins an epoch above all that the history knows. */
  | 'epoch-grows'
  /** A node relies on the leases that the cluster's stream gave it, no others. */
  | 'lease-observed'
  /** An attachment holds its addresses once. */
  | 'attachment-once'
  /** Addresses are given from a lease that the same stream had observed and not yet surrendered, and is not to give back. */
  | 'allocation-in-lease'
  /** No address is held by two attachments of a network at once. */
  | 'address-once'
  /** An address is the one that the policy named with it chooses at that point. */
  | 'address-choice'
  /** Only what was added is wired or deleted, with the addresses that it had. */
  | 'attachment-known'
  /** A lease is surrendered when nothing holds an address of it any more. */
  | 'surrender-empty'
  /** Nothing stands behind `EraClosed`, and it names the event before it. */
  | 'era-closed'
  /** A later era's stream begins with `EraOpened`: behind a closed one, and with exactly what that one folds to. */
  | 'era-opened';

/** The event that something else follows from, or contradicts; by its place, while all goes well. */
export type Witness = { readonly position: number };
export type Involved = Witness & { readonly id: string };

/** The first event that breaks a law: intact, and wrong. */
export type Breach = Place & {
  readonly law: Law;
  readonly expected: string;
  readonly found: string;
  readonly involved: ReadonlyArray<Involved>;
};
