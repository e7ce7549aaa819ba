export { readElf } from './read-elf.ts';
