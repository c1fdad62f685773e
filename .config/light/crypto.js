// SHA-256 for the command. Node.js's own crypto brings streams and ciphers along, which takes longer than the few
// kilobytes of a plan; what is larger is worth it.
import { sha256 } from '@noble/hashes/sha2.js';

const LARGE = 64 * 1024;

export function createHash(algorithm) {
  if (algorithm !== 'sha256') return require('node:crypto').createHash(algorithm);
  return {
    update: (data, encoding) => {
      const bytes = Buffer.from(data, encoding);
      return bytes.length > LARGE
        ? require('node:crypto').createHash(algorithm).update(bytes)
        : { digest: (form) => Buffer.from(sha256(bytes)).toString(form) };
    },
  };
}

export const randomBytes = (size) => require('node:crypto').randomBytes(size);
