import test from 'ava';
import fc from 'fast-check';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import {
  type AttachmentIndex,
  entriesOf,
  find,
  type Indexed,
  put,
  remove,
} from '../../../domain/projection/attachment-index.ts';

type Entry = Indexed & { readonly turn: number };

/** Ids that begin alike and are equally long fall together, as those of several interfaces of one container do. */
const identity = fc.record({
  containerId: fc.constantFrom('a', 'b', 'ab', 'same-beginning-1', 'same-beginning-2', 'same-beginning-3'),
  ifname: fc.constantFrom('eth0', 'net1'),
  network: fc.constantFrom('evio', 'other'),
});

test('it holds what a map from identities holds', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ identity, puts: fc.boolean() }), { maxLength: 120, size: 'max' }),
      (steps) => {
        const index: AttachmentIndex<Entry> = new Map();
        const model = new Map<string, number>();
        for (const [turn, { identity: id, puts }] of steps.entries()) {
          const { containerId, ifname, network } = id;
          if (puts) {
            put(index, { ...id, turn, next: undefined });
            model.set(attachmentKey(id), turn);
          } else {
            remove(index, containerId, ifname, network);
            model.delete(attachmentKey(id));
          }
          t.is(find(index, containerId, ifname, network)?.turn, model.get(attachmentKey(id)));
        }
        const held = Array.from(entriesOf(index), (entry) => [attachmentKey(entry), entry.turn] as const);
        t.deepEqual(held.sort(), [...model].sort());
        if (model.size === 0) t.is(index.size, 0, 'nothing stays behind');
      },
    ),
  );
});
