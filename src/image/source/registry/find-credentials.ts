import { join } from 'node:path';
import type { FindRegistryCredentials, RegistryCredentials } from '../../../contracts/index.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { readDockerConfig, type DockerConfig } from './docker-config.ts';
import { dockerHub } from './registry-reference.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The key under which docker keeps what it knows of its own registry, and under which its helpers are asked. */
const hubKey = 'index.docker.io';
const hubServer = 'https://index.docker.io/v1/';

/**
 * Looks where docker and podman keep credentials: the first file that has some for the host wins.
 * A helper of the host goes before the general one, and that before what stands in the file.
 */
export function createCredentialFinder(environment: Environment): FindRegistryCredentials {
  return async ({ host, repository, signal }) => {
    for (const file of credentialFiles(environment)) {
      const config = await readDockerConfig(file);
      const found = config && (await findIn(config, { host, repository, environment, signal }));
      if (found) return found;
    }
    return undefined;
  };
}

/** `REGISTRY_AUTH_FILE` alone where it is set, as in podman. */
export function credentialFiles(environment: Environment): readonly string[] {
  const valueOf = (name: string): string | undefined => environment[name] || undefined;
  const only = valueOf('REGISTRY_AUTH_FILE');
  if (only !== undefined) return [only];
  const home = valueOf('HOME') ?? valueOf('USERPROFILE');
  const docker = valueOf('DOCKER_CONFIG') ?? (home && join(home, '.docker'));
  const runtime = valueOf('XDG_RUNTIME_DIR');
  const config = valueOf('XDG_CONFIG_HOME') ?? (home && join(home, '.config'));
  return [
    ...(docker === undefined ? [] : [join(docker, 'config.json')]),
    ...(runtime === undefined ? [] : [join(runtime, 'containers', 'auth.json')]),
    ...(config === undefined ? [] : [join(config, 'containers', 'auth.json')]),
  ];
}

interface Search {
  readonly host: string;
  readonly repository: string;
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

async function findIn(config: DockerConfig, search: Search): Promise<RegistryCredentials | undefined> {
  const { environment, signal } = search;
  const hosts = hostKeys(search.host);
  const own = hosts.flatMap((host) => config.credHelpers.get(host) ?? [])[0];
  for (const helper of new Set([own, config.credsStore])) {
    if (helper === undefined) continue;
    const server = search.host === dockerHub ? hubServer : search.host;
    const found = await askCredentialHelper(helper, server, { environment, signal });
    if (found) return found;
  }
  return pathKeys(hosts, search.repository).flatMap((key) => config.auths.get(key) ?? [])[0];
}

function hostKeys(host: string): readonly string[] {
  return host === dockerHub ? [hubKey, dockerHub, 'registry-1.docker.io'] : [host];
}

/** Podman may keep credentials for a part of a registry: the longest key goes first. */
function pathKeys(hosts: readonly string[], repository: string): readonly string[] {
  const parts = repository.split('/');
  const keys: string[] = [];
  for (let count = parts.length; count >= 0; count -= 1) {
    for (const host of hosts) keys.push([host, ...parts.slice(0, count)].join('/'));
  }
  return keys;
}
