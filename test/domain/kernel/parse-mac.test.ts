import test from 'ava';
import { parseMac } from '../../../domain/kernel/parse-mac.ts';

for (const [text, mac] of [
  ['02:00:5e:10:00:01', '02:00:5e:10:00:01'],
  ['C2-B0-57-49-47-F1', 'c2:b0:57:49:47:f1'],
  ['00:00:5E:00:53:01', '00:00:5e:00:53:01'],
] as const) {
  test(`${text} is ${mac}`, (t) => {
    t.is(parseMac(text), mac);
  });
}

for (const [text, why] of [
  ['01:00:5e:00:00:fb', 'a group’s'],
  ['ff:ff:ff:ff:ff:ff', 'everybody’s'],
  ['00:00:00:00:00:00', 'nobody’s'],
  ['02:00:5e:10:00', 'five bytes long'],
  ['02:00:5e:10:00:01:02', 'seven bytes long'],
  ['02:00-5e:10-00:01', 'spelt two ways'],
  ['02005e100001', 'without separators'],
  ['02:00:5e:10:00:0g', 'not hexadecimal'],
  ['02:00:5e:10:00:01\n', 'followed by a line’s end'],
  ['', 'empty'],
] as const) {
  test(`${JSON.stringify(text)} is refused: it is ${why}`, (t) => {
    t.is(parseMac(text), undefined);
  });
}
