import { either as E } from 'fp-ts';
import { type CniError, invalidField } from './error.ts';
import { type CniResult, cniResult } from './result.ts';
import { shaped } from './shape.ts';

const decode = shaped(cniResult);

/** The result of the plugin before, or of the ADD, of any version we support. Code 7 says what is wrong with it. */
export const decodePrevResult = (prevResult: unknown): E.Either<CniError, CniResult> => {
  const decoded = decode(prevResult);
  return E.isRight(decoded)
    ? decoded
    : E.left(invalidField('prevResult', prevResult, `a CNI result; ${decoded.left}`));
};

/**
 * Chained after another plugin, we pass its result on and append ours: the indices of our addresses move behind its
 * interfaces. DNS settings of ours win, because the operator wrote them.
 */
export const appendResult = (previous: CniResult, ours: CniResult): CniResult => {
  const before = previous.interfaces ?? [];
  const ips = (ours.ips ?? []).map((ip) =>
    ip.interface === undefined ? ip : { ...ip, interface: ip.interface + before.length },
  );
  const dns = ours.dns ?? previous.dns;
  return {
    interfaces: [...before, ...(ours.interfaces ?? [])],
    ips: [...(previous.ips ?? []), ...ips],
    routes: [...(previous.routes ?? []), ...(ours.routes ?? [])],
    ...(dns === undefined ? {} : { dns }),
  };
};

/** What an ADD made in the pod, as a result has it. */
export type InPod = {
  readonly mac?: string;
  /** With prefix length. */
  readonly addresses: ReadonlyArray<string>;
};

/** What a result says of the interface of this name inside a pod; `undefined` when it has none there. */
export const inPod = ({ interfaces = [], ips = [] }: CniResult, ifname: string): InPod | undefined => {
  const isMeant = (one: (typeof interfaces)[number] | undefined): boolean =>
    one !== undefined && one.name === ifname && Boolean(one.sandbox);
  const found = interfaces.find(isMeant);
  return (
    found && {
      ...(found.mac ? { mac: found.mac } : {}),
      addresses: ips
        .filter((ip) => ip.interface !== undefined && isMeant(interfaces[ip.interface]))
        .map(({ address }) => address),
    }
  );
};

/** What CHECK compares with must be of the interface that it is asked about (CNI spec 1.1.0, CHECK). */
export const decodeInPod = (prevResult: unknown, ifname: string): E.Either<CniError, InPod> => {
  const previous = decodePrevResult(prevResult);
  if (E.isLeft(previous)) return previous;
  const found = inPod(previous.right, ifname);
  return found === undefined
    ? E.left(
        invalidField('prevResult', prevResult, `the result of the ADD; it has no "${ifname}" with a sandbox`),
      )
    : E.right(found);
};
