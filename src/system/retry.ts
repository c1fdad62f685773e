/** Does something, and once more if it fails: a rollback is worth a second try. */
export function retryOnce<Result>(run: () => Result): Result {
  try {
    return run();
  } catch {
    return run();
  }
}
