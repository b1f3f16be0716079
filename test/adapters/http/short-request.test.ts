import test from 'ava';
import { shortRequest } from '../../../adapters/http/short-request.ts';

const request = (head: ReadonlyArray<string>, body = ''): Buffer =>
  Buffer.from([...head, '', body].join('\r\n'));
const asked = 'POST /v1/add?x=1 HTTP/1.1';

test('a whole, plain request is read', (t) => {
  const head = [asked, 'Host: evio-agent', 'Connection: close', 'Content-Length: 4'];
  t.deepEqual(shortRequest(request(head, '"é"')), { method: 'POST', target: '/v1/add?x=1', text: '"é"' });
  const bare = { method: 'GET', target: '/metrics', text: '' };
  t.deepEqual(shortRequest(request(['GET /metrics HTTP/1.1', 'host:agent', 'Accept: */*'])), bare);
});

const host = 'host: agent';
const others: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'half a head': Buffer.from(`${asked}\r\n${host}\r\n`),
  'a body that is not all there': request([asked, host, 'content-length: 5'], '"ab"'),
  'two requests at once': Buffer.concat([request([asked, host]), request([asked, host])]),
  'a body that nobody announced': request([asked, host], '{}'),
  'a body in chunks': request([asked, host, 'transfer-encoding: chunked'], '0\r\n\r\n'),
  'a client that waits for a word': request([asked, host, 'expect: 100-continue', 'content-length: 2'], '{}'),
  'a wish for another protocol': request([asked, host, 'connection: upgrade', 'upgrade: websocket']),
  'two lengths': request([asked, host, 'content-length: 2', 'Content-Length: 2'], '{}'),
  'a length that is no number': request([asked, host, 'content-length: +2'], '{}'),
  'no host': request([asked, 'content-length: 2'], '{}'),
  'a header over two lines': request([asked, host, 'accept: a', ' b']),
  'a space before the colon': request([asked, 'host : agent']),
  'a bare line feed': Buffer.from(`${asked}\n${host}\r\n\r\n`),
  'a control character': request([asked, 'host: a\u0000b']),
  'another version': request(['POST / HTTP/1.0', host]),
  'another method': request(['PUT / HTTP/1.1', host]),
  'a path that is none': request(['GET * HTTP/1.1', host]),
  'a whole address': request(['GET http://agent/ HTTP/1.1', host]),
  'a long head': request([asked, host, `accept: ${'a'.repeat(5000)}`]),
};

for (const [what, bytes] of Object.entries(others)) {
  test(`${what} is left to a whole parser`, (t) => {
    t.is(shortRequest(bytes), undefined);
  });
}
