import test from 'ava';
import { readHttpAnswer } from '../../../adapters/quickjs/http-answer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const answers = {
  'with a length': 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nDate: now\r\n\r\n{"a":"ü"}'.replace('9', '10'),
  'in chunks':
    'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n6;x=y\r\n{"a":"\r\n4\r\nü"}\r\n0\r\n\r\n',
};

for (const [kind, text] of Object.entries(answers)) {
  test(`an answer ${kind} is complete with its last byte and not before`, (t) => {
    const whole = bytes(text);
    t.deepEqual(readHttpAnswer(whole), { type: 'complete', status: 200, body: '{"a":"ü"}' });
    // The last chunk's size line says that nothing follows: what is behind it may be missing.
    const last = kind === 'in chunks' ? whole.length - 3 : whole.length - 1;
    for (let length = 0; length <= last; length += 1) {
      t.deepEqual(readHttpAnswer(whole.subarray(0, length)), { type: 'incomplete' }, `${length} bytes`);
    }
  });
}

test('a character cut in two by chunks is one character', (t) => {
  const [before, after] = [
    bytes('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n'),
    bytes('ü'),
  ];
  const whole = [
    ...before,
    ...after.slice(0, 1),
    ...bytes('\r\n1\r\n'),
    ...after.slice(1),
    ...bytes('\r\n0\r\n\r\n'),
  ];
  t.deepEqual(readHttpAnswer(Uint8Array.from(whole)), { type: 'complete', status: 404, body: 'ü' });
});

test('interim answers before the answer are passed over', (t) => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
  const whole = bytes(`${interim}${answers['with a length']}`);
  t.deepEqual(readHttpAnswer(whole), { type: 'complete', status: 200, body: '{"a":"ü"}' });
  for (let length = 0; length < whole.length; length += 1) {
    t.deepEqual(readHttpAnswer(whole.subarray(0, length)), { type: 'incomplete' }, `${length} bytes`);
  }
});

for (const text of [
  'SSH-2.0-OpenSSH\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n{}',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
]) {
  test(`${JSON.stringify(text)} is malformed`, (t) => {
    t.is(readHttpAnswer(bytes(text)).type, 'malformed');
  });
}
