import type { Ledger } from './serve.ts';

/** How the server fares, in the line that `systemctl status` shows. */
export const statusWords = ({ reasons, connections }: Pick<Ledger, 'reasons' | 'connections'>): string => {
  const wrong = reasons();
  const open = `${connections()} connections`;
  return wrong.length === 0 ? `serving, ${open}` : `not ready, ${open}: ${wrong.join('; ')}`;
};
