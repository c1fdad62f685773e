/** Does something, and once more where it fails: what takes something back is worth a second try. */
export function retryOnce<Result>(run: () => Result): Result {
  try {
    return run();
  } catch {
    return run();
  }
}
