export { readMachO } from './read-macho.ts';
export { readUniversal } from './read-universal.ts';
