/** Our nftables table. The name is the owner mark: no other table is ever named in a script of ours. */
export const ownTable = 'evio_ledger';
