/** An answer as far as its bytes have come (RFC 9112). */
export type HttpAnswer =
  | { readonly type: 'incomplete' }
  | { readonly type: 'malformed'; readonly reason: string }
  | { readonly type: 'complete'; readonly status: number; readonly body: string };

const incomplete: HttpAnswer = { type: 'incomplete' };
const malformed = (reason: string): HttpAnswer => ({ type: 'malformed', reason });

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Where CR LF stands next. */
const lineEnd = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10) return at;
  }
  return -1;
};

/** RFC 9112 section 7.1; chunk extensions and trailers are passed over. */
const chunked = (status: number, bytes: Uint8Array, from: number): HttpAnswer => {
  const decoder = new TextDecoder();
  let body = '';
  for (let at = from; ; ) {
    const end = lineEnd(bytes, at);
    if (end < 0) return incomplete;
    const length = Number.parseInt(text(bytes.subarray(at, end)), 16);
    if (!Number.isInteger(length) || length < 0) return malformed('a chunk without a length');
    if (length === 0) return { type: 'complete', status, body: body + decoder.decode() };
    const next = end + 2 + length;
    if (bytes.length < next + 2) return incomplete;
    body += decoder.decode(bytes.subarray(end + 2, next), { stream: true });
    at = next + 2;
  }
};

/** Reads what has come so far of one answer on a connection that carries no other, past interim ones (RFC 9110 15.2). */
export const readHttpAnswer = (bytes: Uint8Array): HttpAnswer => {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = lineEnd(bytes, at);
    if (end < 0) return incomplete;
    const line = text(bytes.subarray(at, end));
    at = end + 2;
    if (line === '') break;
    lines.push(line);
  }
  const [statusLine = '', ...fields] = lines;
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return malformed(`it begins with "${statusLine.slice(0, 80)}"`);
  if (status.startsWith('1')) return readHttpAnswer(bytes.subarray(at));
  const field = (name: string): string | undefined =>
    fields
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  if (field('transfer-encoding')?.toLowerCase() === 'chunked') return chunked(Number(status), bytes, at);
  const length = Number(field('content-length') ?? Number.NaN);
  if (!Number.isInteger(length)) return malformed('it has no length');
  return bytes.length < at + length
    ? incomplete
    : { type: 'complete', status: Number(status), body: text(bytes.subarray(at, at + length)) };
};
