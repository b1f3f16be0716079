/** That a ledger on another machine cannot be reached now, for who waits for it. */
export const unreachableLedger = (reason: string): { readonly msg: string; readonly remedy: string } => ({
  msg: `the ledger cannot be reached: ${reason}`,
  remedy:
    'it is waited for; is it running, is this its address, and does tlsCAFile name a file with its authority?',
});
