import type { Dns } from './network-config.ts';

/** What a resolv.conf(5) says, as host-local reads it: the last `domain`, and all there are of the others. */
export const readResolvConf = (text: string): Dns => {
  const nameservers: string[] = [];
  const search: string[] = [];
  const options: string[] = [];
  let domain: string | undefined;
  for (const line of text.split('\n')) {
    const [key, ...values] = line.trim().split(/\s+/);
    const [first] = values;
    if (first === undefined) continue;
    if (key === 'nameserver') nameservers.push(first);
    else if (key === 'domain') domain = first;
    else if (key === 'search') search.push(...values);
    else if (key === 'options') options.push(...values);
  }
  return {
    ...(nameservers.length === 0 ? {} : { nameservers }),
    ...(domain === undefined ? {} : { domain }),
    ...(search.length === 0 ? {} : { search }),
    ...(options.length === 0 ? {} : { options }),
  };
};
