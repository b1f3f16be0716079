import { isText, type JsonObject } from './judge.ts';

/** Where host-local keeps its files. */
const defaultDataDir = '/var/lib/cni/networks';

/** The network's own folder in the `dataDir` of `ipam`. `network` is a name that leads nowhere else (`names.ts`). */
export const folderOf = (ipam: JsonObject, network: string): string => {
  const dataDir = ipam['dataDir'];
  const root = isText(dataDir) && dataDir.startsWith('/') ? dataDir : defaultDataDir;
  return `${root.replace(/\/+$/, '')}/${network}`;
};
