import { either as E } from 'fp-ts';
import { type Checked, refuse } from './cluster/violation.ts';
import { suggestion } from './suggestion.ts';

/** Where a log is. */
export type LogAddress =
  /** A file of this machine. */
  | { readonly store: 'sqlite'; readonly path: string }
  /** An EventStoreDB, a KurrentDB or evio-ledger's own server: what EventStoreDB's client takes. */
  | { readonly store: 'esdb'; readonly text: string };

/** Of options that EventStoreDB's clients know: what their values look like, and in words. */
const options: Readonly<Record<string, readonly [RegExp, string]>> = {
  tls: [/^(true|false)$/, 'true or false'],
  tlsVerifyCert: [/^true$/, 'true: name the authority of a private certificate with tlsCAFile'],
  tlsCAFile: [/./, 'a file of certificates'],
  userCertFile: [/./, 'a file'],
  userKeyFile: [/./, 'a file'],
  connectionName: [/./, 'a name'],
  nodePreference: [/^leader$/i, 'leader: only the leader knows what was appended last'],
  maxDiscoverAttempts: [/^\d{1,9}$/, 'a number'],
  discoveryInterval: [/^\d{1,9}$/, 'milliseconds'],
  gossipTimeout: [/^\d{1,9}$/, 'seconds'],
  defaultDeadline: [/^[1-9]\d{0,8}$/, 'milliseconds'],
  keepAliveInterval: [/^(-1|[1-9]\d{4,8})$/, 'milliseconds, 10000 or more, or -1 for none'],
  keepAliveTimeout: [/^(-1|[1-9]\d{0,8})$/, 'milliseconds, or -1'],
};

/**
 * What is said of a connection string never shows its password, however it is misspelt: nothing between the first colon behind the scheme
 * and the last @.
 */
export const withoutPassword = (text: string): string =>
  text.replace(/^((?:[a-z+]*:?\/{1,2})?[^:]*):[\s\S]*@/i, '$1:…@');

const hostPattern = /^([a-z0-9]([a-z0-9_.-]*[a-z0-9])?)(?::(\d{1,5}))?$/i;

/** So that a host is told from a name as the resolver tells them. */
const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * The official client gives the host as the server's name to TLS, and a name may be no address (RFC 6066, section 3): Node refuses
 * that, whatever the certificate has, and the client would try for ever.
 */
const checkNames = (hosts: string, key: string): Checked<undefined> => {
  const address = hosts.split(',').find((host) => ipv4.test(host.replace(/:\d+$/, '')));
  return address === undefined
    ? E.right(undefined)
    : refuse(
        key,
        address,
        'is an IP address, and TLS is spoken to names alone',
        'write a name that the certificate has: of DNS, or of /etc/hosts',
      );
};

const checkHosts = (hosts: string, key: string): Checked<number> => {
  const names = hosts.split(',');
  for (const host of names) {
    const [found, , , port = '2113'] = hostPattern.exec(host) ?? [];
    if (found === undefined || Number(port) < 1 || Number(port) > 65_535)
      return refuse(
        key,
        host,
        'is no host',
        'write NAME:PORT or an IPv4 address, several with commas between',
      );
  }
  return E.right(names.length);
};

const checkCredentials = (credentials: string | undefined, key: string): Checked<boolean> => {
  if (credentials === undefined) return E.right(false);
  const parts = credentials.split(':');
  const remedy = 'write USER:PASSWORD@, in either of them : as %3A, @ as %40, / as %2F and % as %25';
  if (parts.length !== 2 || parts.some((part) => part === ''))
    return refuse(`${key}'s user and password`, undefined, 'cannot be told apart', remedy);
  return parts.every((part) => /^([^%@/?#\s]|%[0-9a-f]{2})+$/i.test(part))
    ? E.right(true)
    : refuse(`${key}'s user or password`, undefined, 'has characters that must be written otherwise', remedy);
};

const checkOptions = (query: string, key: string): Checked<ReadonlyMap<string, string>> => {
  const given = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = '', ...rest] = pair.split('=');
    const known = Object.keys(options).find((option) => option.toLowerCase() === name.toLowerCase());
    const option = known === undefined ? undefined : options[known];
    if (known === undefined || option === undefined) {
      const meant = suggestion(Object.keys(options), name);
      const remedy =
        meant === undefined ? `leave it out; known are ${Object.keys(options).join(', ')}` : `write ${meant}`;
      return refuse(`${key} option`, name, 'is not known', remedy);
    }
    const [pattern, words] = option;
    if (rest.length > 0 || !pattern.test(value))
      return refuse(`${key} option ${known}`, value, 'will not do', `write ${words}`);
    given.set(known, value);
  }
  return E.right(given);
};

/** Scheme, credentials, hosts, options. */
const esdbPattern = /^(esdb(?:\+discover)?):\/\/(?:(.*)@)?([^/?@]*)\/?(?:\?(.*))?$/;

const esdb = (text: string, key: string): Checked<LogAddress> => {
  const [found, scheme = '', credentials, hosts = '', query = ''] = esdbPattern.exec(text) ?? [];
  if (found === undefined)
    return refuse(
      key,
      withoutPassword(text),
      'cannot be read',
      'write esdb://[USER:PASSWORD@]HOST:PORT[,…][?tls=true&…]',
    );
  const [counted, secret, given] = [
    checkHosts(hosts, key),
    checkCredentials(credentials, key),
    checkOptions(query, key),
  ];
  if (E.isLeft(secret)) return secret;
  if (E.isLeft(counted)) return counted;
  if (E.isLeft(given)) return given;
  if (secret.right && given.right.get('tls') === 'false')
    return refuse(
      `${key} option tls`,
      'false',
      'would send the password in clear, which clients do not',
      'leave out tls=false, or user and password',
    );
  const named = given.right.get('tls') === 'false' ? E.right(undefined) : checkNames(hosts, key);
  if (E.isLeft(named)) return named;
  if (given.right.has('userCertFile') !== given.right.has('userKeyFile'))
    return refuse(
      `${key} options userCertFile and userKeyFile`,
      undefined,
      'go together',
      'give both or neither',
    );
  const all = [...given.right].map(([name, value]) => `${name}=${value}`);
  // The client would take any node; of one host it asks nobody.
  const leader = scheme === 'esdb' && counted.right === 1 ? [] : ['nodePreference=leader'];
  const written = [...all.filter((option) => !option.startsWith('nodePreference=')), ...leader].join('&');
  const before = credentials === undefined ? '' : `${credentials}@`;
  return E.right({
    store: 'esdb',
    text: `${scheme}://${before}${hosts}${written === '' ? '' : `?${written}`}`,
  });
};

/**
 * Reads a log's connection string: `sqlite:PATH`, or `esdb://…` and `esdb+discover://…` (or `kurrentdb…`) as EventStoreDB's clients have them,
 * checked here because those pass over what they do not know. `key` is where it was given.
 */
export const parseConnectionString = (given: string, key: string): Checked<LogAddress> => {
  // The later name of the same, which our client does not know.
  const text = given.replace(/^kurrentdb(?=(\+discover)?:)/, 'esdb');
  if (/^esdb(\+discover)?:/.test(text)) return esdb(text.trim(), key);
  const [, path] = /^sqlite:(.+)$/.exec(text) ?? [];
  if (path !== undefined) return E.right({ store: 'sqlite', path });
  if (text.startsWith('memory:'))
    return refuse(
      key,
      withoutPassword(text),
      'names a log that ends with its process',
      'write sqlite:PATH or esdb://…',
    );
  return refuse(
    key,
    withoutPassword(text),
    'is no connection string',
    'write sqlite:PATH or esdb://[USER:PASSWORD@]HOST:PORT[?…]',
  );
};

/** The hosts of a log on another machine, for those who read what is waited for. */
export const hostsOf = (text: string): string => esdbPattern.exec(text)?.[3] ?? withoutPassword(text);
