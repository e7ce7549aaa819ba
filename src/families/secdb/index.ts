export { parseSecfixes, type SecdbReading } from './parse-secfixes.ts';
