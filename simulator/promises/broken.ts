/** The promises of the design that are attacked here, in the words of a report. */
export type Promised =
  | 'no address is held by two live attachments'
  | 'an address lies inside a lease that the node has observed'
  | 'no subnet is held twice, and none again within its quarantine'
  | 'nothing that is held is released unasked'
  | 'an address is free only when nothing answers for it'
  | 'what was acknowledged is on disk'
  | 'an acknowledged pod is wired'
  | 'a pod sends only as itself'
  | 'DEL succeeds, and again'
  | 'nothing leaks'
  | 'the same command twice is the same command once'
  | 'a refused command changes nothing'
  | 'the live state is that of the log'
  | 'each event is chained to the one before'
  | 'what is redacted is forgotten, and recorded'
  | 'only our own is touched'
  | 'what is ours is put back'
  | 'what is asked for is answered'
  | 'nothing is held from before a reboot'
  | 'an era begins with what the one before left'
  | 'the copy of a life is its own log, event for event'
  | 'a replica follows one history'
  | 'a lease is released when nothing uses it any more'
  | 'a life is replaced when it is said to be over'
  | 'a node is fenced for a reason, and then at first contact'
  | 'offline is normal'
  | 'what host-local wrote is given to nobody else'
  | 'addresses are given in turn'
  | 'the folder is what the log says'
  | 'what a delegate gave is recorded as given by it'
  | 'what a delegate gave in vain is given back'
  | 'no defect';

export type Broken = { readonly promise: Promised; readonly what: string };

/** Told of each broken promise; the first one counts. */
export type Breaks = (promise: Promised, what: string) => void;
