export { parseSecfixes } from './parse-secfixes.ts';
