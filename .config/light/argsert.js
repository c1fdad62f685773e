// yargs checks at run time what each of its functions is given; TypeScript has checked what ours give.
export function argsert() {
  return undefined;
}
