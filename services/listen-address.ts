import { InvalidArgumentError } from 'commander';

export type ListenAddress = { readonly host: string; readonly port: number };

/** Reads `HOST:PORT`; `usual` is the port of the example that a refusal gives. */
export const listenAddress =
  (usual: number) =>
  (text: string): ListenAddress => {
    const [, v6, name, port = ''] = /^(?:\[([0-9a-f:.]+)\]|([^:\s]+)):(\d{1,5})$/i.exec(text) ?? [];
    const host = v6 ?? name;
    if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535)
      return { host, port: Number(port) };
    throw new InvalidArgumentError(`HOST:PORT, such as 127.0.0.1:${usual} or [::1]:${usual}.`);
  };

/** As it is written, with brackets where the host is an IPv6 address. */
export const addressText = ({ host, port }: ListenAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
