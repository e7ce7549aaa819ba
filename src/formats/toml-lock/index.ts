export { readTomlLock, type TomlTable, type TomlValue } from './read-toml-lock.ts';
