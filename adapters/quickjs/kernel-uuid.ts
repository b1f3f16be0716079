import * as os from 'quickjs:os';

const uuidLength = 36;

const readUuid = (name: 'uuid' | 'boot_id'): string => {
  const fd = os.open(`/proc/sys/kernel/random/${name}`, os.O_RDONLY);
  const text = new ArrayBuffer(uuidLength);
  os.read(fd, text, 0, uuidLength);
  os.close(fd);
  return new TextDecoder().decode(text);
};

/** A random UUID (RFC 9562 version 4) from the kernel (random(4)). Throws where /proc is not mounted. */
export const randomUuid = (): string => readUuid('uuid');

/** The UUID that the kernel drew when it booted. Throws where /proc is not mounted. */
export const bootId = (): string => readUuid('boot_id');
