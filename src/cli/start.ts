import { keepCompiled } from '../system/compile-cache.js';

// What is loaded from here on is kept.
keepCompiled(import.meta.dirname);
void import('./bin.js');
