import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import type { Pod } from '../host/events.ts';
import { Integer } from '../integer.ts';
import type { NamedText } from '../port/host-local.ts';

/** What libcni keeps of an ADD (`cniCacheV1`): who asked for it, and what was answered. */
const Cached = t.intersection([
  t.type({ kind: t.literal('cniCacheV1'), containerId: t.string, ifName: t.string, networkName: t.string }),
  t.partial({
    netns: t.string,
    cniArgs: t.union([t.null, t.readonlyArray(t.tuple([t.string, t.string]))]),
    result: t.partial({
      interfaces: t.readonlyArray(
        t.intersection([
          t.type({ name: t.string }),
          t.partial({ mac: t.string, sandbox: t.string, mtu: Integer }),
        ]),
      ),
    }),
  }),
]);

/** A pod's interface as its ADD left it; `mtu` is in results of version 1.1.0 only. */
export type CachedResult = {
  readonly netns: string;
  readonly mac: string;
  readonly hostIfname: string;
  readonly mtu?: number;
  readonly pod?: Pod;
};

const podOf = (args: ReadonlyArray<readonly [string, string]>): Pick<CachedResult, 'pod'> => {
  const value = (key: string) => args.find(([name]) => name === key)?.[1];
  const namespace = value('K8S_POD_NAMESPACE');
  const name = value('K8S_POD_NAME');
  const uid = value('K8S_POD_UID');
  return namespace === undefined || name === undefined
    ? {}
    : { pod: { namespace, name, ...(uid === undefined ? {} : { uid }) } };
};

const meaning = ({
  netns,
  cniArgs,
  result,
  ifName,
}: t.TypeOf<typeof Cached>): E.Either<string, CachedResult> => {
  const interfaces = result?.interfaces ?? [];
  const inside = interfaces.find(({ name, sandbox = '' }) => name === ifName && sandbox !== '');
  // The bridge, where there is one, comes before the pair's host end.
  const outside = interfaces.findLast(({ sandbox = '' }) => sandbox === '');
  if (netns === undefined || netns === '') return E.left('its cached result names no network namespace');
  if (inside?.mac === undefined || outside === undefined)
    return E.left(`its cached result does not say what ${ifName} is and which link leads to it`);
  return E.right({
    netns,
    mac: inside.mac.toLowerCase(),
    hostIfname: outside.name,
    ...(inside.mtu === undefined ? {} : { mtu: inside.mtu }),
    ...podOf(cniArgs ?? []),
  });
};

/** The cached result of an attachment, by `containerId/ifname`, or why it tells too little; of one network. */
export const cachedResults = (
  texts: ReadonlyArray<NamedText>,
  network: string,
): ReadonlyMap<string, E.Either<string, CachedResult>> =>
  new Map(
    texts.flatMap(({ text }) =>
      F.pipe(
        E.tryCatch(
          () => JSON.parse(text) as unknown,
          () => undefined,
        ),
        E.flatMap(Cached.decode),
        E.match(
          () => [],
          (cached) =>
            cached.networkName === network
              ? [[`${cached.containerId}/${cached.ifName}`, meaning(cached)] as const]
              : [],
        ),
      ),
    ),
  );
