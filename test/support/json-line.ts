/** JSON that `node:readline` takes for one line: for it U+2028 and U+2029 end a line too. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`)}\n`;
