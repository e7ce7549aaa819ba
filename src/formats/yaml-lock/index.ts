export { readYamlLock, type YamlEntry } from './read-yaml-lock.ts';
