import type { IpAddress } from '../../ip/address.ts';

/** Why a network's pool gives no address; `set` is the place of the set of ranges that could not. Nothing was changed. */
export type PoolFailure =
  | {
      readonly type: 'pool-duplicate';
      readonly set: number;
      readonly address: IpAddress;
      readonly containerId: string;
    }
  /** `ranges` as host-local writes them. */
  | { readonly type: 'pool-exhausted'; readonly set: number; readonly ranges: string }
  | { readonly type: 'pool-requested-gateway'; readonly set: number; readonly address: IpAddress }
  | {
      readonly type: 'pool-requested-taken';
      readonly set: number;
      readonly address: IpAddress;
      readonly ranges: string;
    }
  /** In no set, or in one that another requested address has been taken from. */
  | { readonly type: 'pool-requested-left'; readonly addresses: ReadonlyArray<IpAddress> };
