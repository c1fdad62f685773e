/** Does something without the rights of root, who may read and enter anything. */
export function asNobody<T>(act: () => T): T {
  const isRoot = process.geteuid?.() === 0;
  try {
    if (isRoot) process.seteuid?.(65534);
    return act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
