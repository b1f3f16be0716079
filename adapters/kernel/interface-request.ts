const NAME = 16;
const SIZE = 40;

/** `struct ifreq` of netdevice(7): the interface's name, then what the request is about. */
export const interfaceRequest = (ifname: string, argument: Buffer): Buffer => {
  const bytes = Buffer.alloc(SIZE);
  bytes.write(ifname, 0, NAME - 1, 'utf8');
  argument.copy(bytes, NAME);
  return bytes;
};
