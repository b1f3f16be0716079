import { isObject, type JsonObject } from './judge.ts';

/**
 * `runtimeConfig.dns` with keys in lower case and without nulls. Go matches keys in any case and writes an absent list as null, and containerd
 * (go-cni's `DNS`, which names no keys) says `{"Servers": [], "Searches": [], "Options": null}`.
 */
export const readRuntimeDns = (value: unknown): JsonObject | undefined =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, list]) => list !== null)
          .map(([key, list]) => [key.toLowerCase(), list]),
      )
    : undefined;
