/** A decimal number below 256 as canonical texts have it. */
export const octetPattern = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;

/** The octets of which all but the first so many bits are zero. */
const octetsOf = (bits: number): string => {
  const step = 2 ** (8 - bits);
  return `(?:${Array.from({ length: 2 ** bits }, (_, n) => n * step).join('|')})`;
};

/** Networks whose prefix ends behind so many whole octets: from 0 bits of the next one to 7. */
const endingIn = (whole: number): string => {
  const before = String.raw`${octetPattern}\.`.repeat(whole);
  const behind = String.raw`\.0`.repeat(3 - whole);
  const lengths = Array.from({ length: 8 }, (_, bits) => `${octetsOf(bits)}${behind}/${8 * whole + bits}`);
  return `${before}(?:${lengths.join('|')})`;
};

/**
 * The canonical text of an IPv4 network of 16 bits or more as a regular expression: host bits zero, said for each length, pods' and nodes'
 * subnets first. Larger networks are rare, and would double it.
 */
export const cidrPattern = `(?:${[
  endingIn(3),
  endingIn(2),
  String.raw`${octetPattern}(?:\.${octetPattern}){3}/32`,
].join('|')})`;
