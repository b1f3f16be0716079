/** Container ids and network names (CNI spec, section 2 and section 1, "Configuration format"). */
const identifier = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export const isIdentifier = (text: string): boolean => identifier.test(text);

/** What an interface name must be, in words for `details`. */
export const interfaceNameRule =
  'an interface name has 1 to 15 bytes, is not "." or "..", and holds no "/", ":", "%" or white space';

/** The kernel's rule (dev_valid_name), as Go's skel has it; and no "%", which the kernel takes for a number to fill in. */
export const isInterfaceName = (text: string): boolean =>
  text !== '' &&
  text !== '.' &&
  text !== '..' &&
  !/[/:%\s]/.test(text) &&
  new TextEncoder().encode(text).length <= 15;
