import { styleText } from 'node:util';

/**
 * Colour where stdout is a terminal, and only there; NO_COLOR and FORCE_COLOR are obeyed (no-color.org, node:util).
 * What is coloured says the same without.
 */
export const heading = (text: string): string => styleText('bold', text, { stream: process.stdout });

const colours: Readonly<Record<string, 'green' | 'yellow' | 'dim'>> = {
  attached: 'green',
  leased: 'green',
  reserved: 'yellow',
  revoked: 'yellow',
  released: 'dim',
};

/** The state of an attachment or a lease. */
export const status = (text: string): string => {
  const colour = colours[text];
  return colour === undefined ? text : styleText(colour, text, { stream: process.stdout });
};

/** What begins an error, for stderr. */
export const errorMark = (): string => styleText('red', 'error:', { stream: process.stderr });
