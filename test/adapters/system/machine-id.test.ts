import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { hashedMachineId } from '../../../adapters/system/machine-id.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { MachineHints } from '../../../domain/identity/machine-hints.ts';
import { scratchFolder } from '../sqlite/scratch.ts';

const id = '0123456789abcdef0123456789abcdef';

test('the id of the machine leaves it as a digest only, and nothing waits for one that is not there', async (t) => {
  const path = join(scratchFolder(t), 'machine-id');
  t.is(await hashedMachineId(path), undefined);
  await writeFile(path, 'uninitialized\n');
  t.is(await hashedMachineId(path), undefined);
  await writeFile(path, `${id}\n`);
  const machine = await hashedMachineId(path);
  t.is(machine, sha256(id));
  t.true(MachineHints.is({ machine }));
  t.false(MachineHints.is({ machine: id }));
});
