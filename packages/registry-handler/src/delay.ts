/** The longest time that a timer can measure, in milliseconds. */
const maxDelay = 2 ** 31 - 1;

/** Whether a timer can measure `delay`; what is longer, such as `Infinity`, is no limit. */
export function isLimit(delay: number): boolean {
  return delay <= maxDelay;
}
