import { userInfo } from 'node:os';
import test from 'ava';
import { userName } from '../../../adapters/system/user.ts';

test.serial('who asks is the user of the process; under sudo, whoever called it', (t) => {
  const before = process.env['SUDO_USER'];
  t.teardown(() => {
    if (before === undefined) delete process.env['SUDO_USER'];
    else process.env['SUDO_USER'] = before;
  });
  delete process.env['SUDO_USER'];
  const { username, uid } = userInfo();
  t.is(userName(), username);
  process.env['SUDO_USER'] = 'alice';
  t.is(userName(), uid === 0 ? 'alice' : username);
});
