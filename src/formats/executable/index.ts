export { findSection, placeOfAddress, type Executable } from './executable.ts';
export { looksExecutable } from './looks-executable.ts';
export { readExactly, type RandomAccess } from './random-access.ts';
export { readExecutables, type OpenedExecutable } from './read-executable.ts';
export { Words, type WordSize } from './words.ts';
