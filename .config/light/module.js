// What yargs-parser asks of node:module: a CommonJS file has a require() already.
export const createRequire = () => (path) => require(path);
