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

/** Where an empty line begins: behind the CR LF that ends the head. */
const headEnd = (bytes: Uint8Array): number => {
  for (let end = lineEnd(bytes, 0); end >= 0; end = lineEnd(bytes, end + 2))
    if (bytes[end + 2] === 13 && bytes[end + 3] === 10) return end + 2;
  return -1;
};

const statusLine = /^HTTP\/1\.[01] (\d{3})/;
const isChunked = /^transfer-encoding:[ \t]*chunked[ \t]*$/im;
const contentLength = /^content-length:[ \t]*(\d+)[ \t]*$/im;

/**
 * Reads what has come so far of one answer on a connection that carries no other, past interim ones (RFC 9110 15.2). The head is one
 * text: made line by line it took longer to read than all else of the answer.
 */
export const readHttpAnswer = (bytes: Uint8Array): HttpAnswer => {
  const end = headEnd(bytes);
  if (end < 0) return incomplete;
  const head = text(bytes.subarray(0, end)).replaceAll('\r\n', '\n');
  const at = end + 2;
  const status = statusLine.exec(head)?.[1];
  if (status === undefined) return malformed(`it begins with "${head.split('\n', 1)[0]?.slice(0, 80)}"`);
  if (status.startsWith('1')) return readHttpAnswer(bytes.subarray(at));
  if (isChunked.test(head)) return chunked(Number(status), bytes, at);
  const length = Number(contentLength.exec(head)?.[1] ?? Number.NaN);
  if (!Number.isInteger(length)) return malformed('it has no length');
  return bytes.length < at + length
    ? incomplete
    : { type: 'complete', status: Number(status), body: text(bytes.subarray(at, at + length)) };
};
