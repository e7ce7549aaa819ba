export { readPe } from './read-pe.ts';
