import { userInfo } from 'node:os';

/** The person at the terminal, by user name: also when sudo made root of them. */
export const userName = (): string => {
  const { username, uid } = userInfo();
  return (uid === 0 && process.env['SUDO_USER']) || username;
};
