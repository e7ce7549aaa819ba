export { readYamlBlocks } from './read-yaml-blocks.ts';
