/** A request that came whole, with its body as text. */
export type ShortRequest = { readonly method: string; readonly target: string; readonly text: string };

/** What says nothing of how the request is to be read. */
const plain = new Set(['host', 'connection', 'content-type', 'accept', 'user-agent']);

const requestLine = /^(GET|POST) (\/[\x21-\x7e]*) HTTP\/1\.1$/;
const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e]*)$/;

/** Far less than the 16 KiB that Node's own parser takes. */
const longestHead = 4096;

/** How many bytes the headers say that the body has; `undefined` when they say anything that is not read here. */
const lengthOf = (lines: ReadonlyArray<string>): number | undefined => {
  const seen = new Set<string>();
  let length = 0;
  for (const line of lines) {
    const [, name = '', value = ''] = header.exec(line) ?? [];
    const key = name.toLowerCase();
    if (seen.has(key)) return undefined;
    seen.add(key);
    if (key === 'content-length' && /^\d{1,9}$/.test(value)) length = Number(value);
    else if (!plain.has(key) || (key === 'connection' && !/^(close|keep-alive)$/i.test(value)))
      return undefined;
  }
  return seen.has('host') ? length : undefined;
};

/**
 * These bytes as a request, when they are exactly one and of the plainest kind, as our plugins and tools send it (RFC 9112); for all
 * else `undefined`, and a whole parser has to look at them.
 */
export const shortRequest = (bytes: Buffer): ShortRequest | undefined => {
  const end = bytes.subarray(0, longestHead).indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [, method, target] = requestLine.exec(first) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const begin = end + 4;
  if (lengthOf(lines) !== bytes.length - begin) return undefined;
  return { method, target, text: bytes.toString('utf8', begin) };
};
