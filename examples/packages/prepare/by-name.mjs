/** Orders names independently of the machine's language. */
export function byName(a, b) {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
