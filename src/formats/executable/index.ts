export { findSection, placeOfAddress, type Executable, type Section, type Segment } from './executable.ts';
export { looksExecutable } from './looks-executable.ts';
export { readExactly, type RandomAccess } from './random-access.ts';
export { readExecutables, type OpenedExecutable } from './read-executable.ts';
export { Words, type WordSize } from './words.ts';
