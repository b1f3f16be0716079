import test from 'ava';
import { refusedAs, trailersOf } from '../../../../adapters/esdb-server/grpc/status.ts';

test('what is no printable ASCII is percent-encoded, so no text can break or add a header', (t) => {
  t.deepEqual(trailersOf(refusedAs('invalidArgument', '100 % für\r\nx', { 'stream-name': 'möbel\n' })), {
    'grpc-status': '3',
    'grpc-message': '100 %25 f%C3%BCr%0D%0Ax',
    'stream-name': 'm%C3%B6bel%0A',
  });
});
