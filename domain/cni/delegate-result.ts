import { either as E } from 'fp-ts';
import { delegateRefused, delegateSpeechless, unusableResult, unusableRoute } from './delegate-words.ts';
import type { CniError } from './error.ts';
import { type CniResult, cniResult } from './result.ts';
import { integer, maybe, objectOf, shaped, text } from './shape.ts';
import type { Verb } from './version.ts';

type ErrorObject = { readonly code: number; readonly msg: string; readonly details?: string };

const decodeError = shaped(objectOf<ErrorObject>({ code: integer, msg: text, details: maybe(text) }));
const decodeResult = shaped(cniResult);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The error of a delegate that ended with another exit code than 0. */
export const readDelegateError = (
  verb: Verb,
  plugin: string,
  { exitCode, stdout }: { readonly exitCode?: number; readonly stdout: string },
): CniError => {
  const error = decodeError(parsed(stdout));
  return E.isRight(error)
    ? delegateRefused(plugin, error.right)
    : delegateSpeechless(verb, plugin, exitCode, stdout);
};

/** As Go's skel refuses a verb (code 4), and a configuration of a version that is newer than the plugin (code 1). */
export const knowsNoVerb = ({ code, msg }: CniError): boolean =>
  code === 4 && /unknown CNI_COMMAND/.test(msg);
export const speaksNoVersion = ({ code }: CniError): boolean => code === 1;

type Route = NonNullable<CniResult['routes']>[number];

/** Through the gateway, and nothing more than that: the default route of every pod does it. */
const isDefaultWay = ({ dst: _, gw, ...more }: Route, gateways: ReadonlyArray<string>): boolean =>
  (gw === undefined || gateways.includes(gw)) && Object.keys(more).length === 0;

/**
 * What an ADD of a delegate gave. Its gateway gives way to the node's (`gateways`), through which a pod reaches everything: so a route
 * through either is there already, and any other is refused. Prefix lengths say nothing here: pods are routed.
 */
export const readDelegateResult = (
  plugin: string,
  stdout: string,
  gateways: ReadonlyArray<string>,
): E.Either<CniError, CniResult> => {
  const result = decodeResult(parsed(stdout));
  if (E.isLeft(result)) return E.left(unusableResult(plugin, result.left));
  const { ips = [], routes = [] } = result.right;
  const ways = [...gateways, ...ips.flatMap(({ gateway }) => gateway ?? [])];
  const other = routes.find((route) => !isDefaultWay(route, ways));
  return other === undefined ? result : E.left(unusableRoute(plugin, other, gateways));
};

/** Without prefix lengths. */
export const addressesIn = ({ ips = [] }: CniResult): ReadonlyArray<string> =>
  ips.map(({ address }) => address.replace(/\/.*$/, ''));

/** Absent where it says nothing: older plugins always have the key. */
export const dnsIn = ({ dns }: CniResult): Pick<CniResult, 'dns'> =>
  dns !== undefined && Object.values(dns).some((part) => part.length > 0) ? { dns } : {};
