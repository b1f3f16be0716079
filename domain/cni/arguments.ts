import { either as E } from 'fp-ts';
import { parseMac } from '../kernel/parse-mac.ts';
import { plain, shown } from '../shown.ts';
import { type CniError, invalidVariable } from './error.ts';
import type { PodReference } from './request.ts';

/** What of CNI_ARGS is honoured. */
export type Arguments = {
  /** The text of `IP`, with or without prefix. */
  readonly ip: string | undefined;
  /** Canonical. */
  readonly mac: string | undefined;
  readonly pod: PodReference | undefined;
};

/** `K8S_POD_INFRA_CONTAINER_ID` repeats CNI_CONTAINERID. */
const known: ReadonlyArray<string> = [
  'IgnoreUnknown',
  'IP',
  'MAC',
  'K8S_POD_NAMESPACE',
  'K8S_POD_NAME',
  'K8S_POD_UID',
  'K8S_POD_INFRA_CONTAINER_ID',
];

/** `strconv.ParseBool` of Go: what runtimes write for true. */
const isTrue = (text: string | undefined): boolean =>
  text !== undefined && /^(1|t|T|TRUE|true|True)$/.test(text);

/**
 * Reads `K=V;K2=V2`. Code 4 for what is no pair, and, like libcni's `LoadArgs`, for keys that are not honoured, unless `IgnoreUnknown=1` is there too.
 */
export const readArguments = (text: string): E.Either<CniError, Arguments> => {
  const values = new Map<string, string>();
  for (const pair of text.split(';').filter((part) => part !== '')) {
    const at = pair.indexOf('=');
    if (at < 1) {
      return E.left(
        invalidVariable('CNI_ARGS', text, `${shown(pair)} is no pair: write KEY=VALUE;KEY2=VALUE2`),
      );
    }
    values.set(pair.slice(0, at), pair.slice(at + 1));
  }
  const unknown = [...values.keys()].filter((key) => !known.includes(key));
  if (unknown.length > 0 && !isTrue(values.get('IgnoreUnknown'))) {
    return E.left(
      invalidVariable(
        'CNI_ARGS',
        text,
        `${plain(unknown.join(', '))} is not known here: this plugin reads ${known.slice(1).join(', ')}; add IgnoreUnknown=1 to have others ignored`,
      ),
    );
  }
  const asked = values.get('MAC') || undefined;
  const mac = asked === undefined ? undefined : parseMac(asked);
  if (asked !== undefined && mac === undefined)
    return E.left(
      invalidVariable('CNI_ARGS', text, `MAC is no MAC of one interface: write MAC=02:00:5e:10:00:01`),
    );
  const namespace = values.get('K8S_POD_NAMESPACE');
  const name = values.get('K8S_POD_NAME');
  return E.right({
    ip: values.get('IP') || undefined,
    mac,
    pod: namespace && name ? { namespace, name, uid: values.get('K8S_POD_UID') || undefined } : undefined,
  });
};
