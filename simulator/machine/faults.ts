/** What can be told to go wrong once, by the name of the operation. */
export const operations = [
  'netns',
  'createPair',
  'finishPair',
  'announcePod',
  'detachPod',
  'ownLinks',
  'stale ownLinks',
  'ensureGateway',
  'raiseLinks',
  'ensureBridge',
  'addPort',
  'removePort',
  'setGuarded',
  'flows',
  'flows read',
  'ports',
  'firewall',
  'setting',
  'file read',
  'file write',
  'queue write',
  'queue read',
  'queue remove',
  'queue watch',
  'commit',
  'flush',
  'checkpoint',
  'request lost',
  'answer lost',
] as const;

/** The same, of the folders of addresses and of the plugin that gives them in our place. */
export const operationsOfOthers = [
  'folder read',
  'folder write',
  'folder remove',
  'folder flush',
  'lender refuses',
  'lender dies',
  'lender hangs',
  'lender strays',
  'lender gives what is held',
  'lender keeps',
] as const;

export type Operation = (typeof operations)[number] | (typeof operationsOfOthers)[number];

/** What is wrong with the machine. */
export type Faults = {
  /** Operations that fail at their next call. */
  readonly once: Set<Operation>;
  diskFull: boolean;
  switchUnreachable: boolean;
  /** The switch takes ports and does not attach them. */
  switchSlow: boolean;
  /** No namespace can be seen by its path. */
  blind: boolean;
  /** The agent takes connections and answers none, as a process that is stopped. */
  deaf: boolean;
};

export const noFaults = (): Faults => ({
  once: new Set(),
  diskFull: false,
  switchUnreachable: false,
  switchSlow: false,
  blind: false,
  deaf: false,
});

/** Whether this call is the one to fail. */
export const fails = ({ once }: Faults, operation: Operation): boolean => once.delete(operation);
