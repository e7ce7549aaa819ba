import { projectPath } from './shared-data.ts';

/**
 * What a child of a test that runs sources has of the environment. What Node.js makes of the sources (types off, compiled) is kept beside the packages:
 * a process then starts in less than half the time, and there are hundreds.
 */
export const childEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: projectPath('node_modules/.cache/claircore-compiled'),
};
