import test from 'ava';
import { podWords } from '../../../domain/projection/pod-words.ts';

test('a pod is said by its name, as redacted, or as never named', (t) => {
  const pod = { namespace: 'shop', name: 'web-1' };
  t.deepEqual(
    [podWords({ pod }, '-'), podWords({ podRedacted: true }, '-'), podWords({}, '-')],
    ['shop/web-1', '(redacted)', '-'],
  );
});
