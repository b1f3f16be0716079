/** A reason stands in the log for as long as the log does. */
export const longestReason = 500;

/** Whether an operator's reason can be told on one line of a screen, in a log and in what a runtime is answered. */
export const isReason = (text: string): boolean =>
  text.trim() !== '' && text.length <= longestReason && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
