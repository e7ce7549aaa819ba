import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialFinder, credentialFiles } from './find-credentials.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

let room = '';
beforeEach(() => void (room = mkdtempSync(join(tmpdir(), 'claircore-test-'))));
afterEach(() => rmSync(room, { recursive: true, force: true }));

function write(path: string, content: unknown): string {
  const place = join(room, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content));
  return place;
}

/** A credential helper as docker's are, in the shell. */
function helper(name: string, script: string): void {
  chmodSync(write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

function find(host: string, repository = 'library/alpine', environment: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const PATH = `${join(room, 'bin')}:${process.env['PATH'] ?? ''}`;
  return createCredentialFinder({ HOME: room, PATH, SECRET_ROOM: room, ...environment })({ host, repository });
}

const basic = (user: string, password: string): unknown => ({ kind: 'basic', user, password });

describe('credentials in a file', () => {
  it.each([
    ['docker.io', 'https://index.docker.io/v1/', { auth: base64('me:pa:ss') }, basic('me', 'pa:ss')],
    ['docker.io', 'docker.io', { auth: base64('me:pass\0\0') }, basic('me', 'pass')],
    ['quay.io', 'https://quay.io', { username: 'me', password: 'pass' }, basic('me', 'pass')],
    ['127.0.0.1:5000', '127.0.0.1:5000', { auth: base64('me:') }, basic('me', '')],
    ['r.example', 'R.example/v2/', { identitytoken: 'tok', auth: base64('me:x') }, { kind: 'identity-token', token: 'tok' }],
    ['r.example', 'r.example', { registrytoken: 'tok' }, { kind: 'registry-token', token: 'tok' }],
    ['r.example', 'other.example', { auth: base64('me:pass') }, undefined],
    ['r.example', 'r.example:5000', { auth: base64('me:pass') }, undefined],
    ['r.example', 'r.example', {}, undefined],
    ['__proto__', 'r.example', { auth: base64('me:pass') }, undefined],
  ])('of %s under %s', async (host, key, entry, expected) => {
    write('.docker/config.json', `{"auths": {${JSON.stringify(key)}: ${JSON.stringify(entry)}}}`);
    expect(await find(host)).toEqual(expected);
  });

  it('of a part of a registry go before those of the whole', async () => {
    const auths = {
      'quay.io': { auth: base64('all:1') },
      'quay.io/team': { auth: base64('team:2') },
      'quay.io/team/app': { auth: base64('app:3') },
    };
    write('.docker/config.json', { auths });
    expect(await find('quay.io', 'team/app')).toEqual(basic('app', '3'));
    expect(await find('quay.io', 'team/other')).toEqual(basic('team', '2'));
    expect(await find('quay.io', 'teams/app')).toEqual(basic('all', '1'));
  });

  it('are looked for where docker and podman keep them, in order', async () => {
    expect(await find('r.example')).toBeUndefined();
    const one = (user: string): unknown => ({ auths: { 'r.example': { auth: base64(`${user}:x`) } } });
    write('.config/containers/auth.json', one('config'));
    expect(await find('r.example')).toEqual(basic('config', 'x'));
    write('run/containers/auth.json', one('runtime'));
    const environment = { XDG_RUNTIME_DIR: join(room, 'run') };
    expect(await find('r.example', 'a', environment)).toEqual(basic('runtime', 'x'));
    write('.docker/config.json', one('docker'));
    expect(await find('r.example', 'a', environment)).toEqual(basic('docker', 'x'));
    write('elsewhere/config.json', one('elsewhere'));
    expect(await find('r.example', 'a', { ...environment, DOCKER_CONFIG: join(room, 'elsewhere') })).toEqual(basic('elsewhere', 'x'));
    const alone = write('auth.json', { auths: {} });
    expect(await find('r.example', 'a', { ...environment, REGISTRY_AUTH_FILE: alone })).toBeUndefined();
  });

  it('are looked for nowhere without a home', () => {
    expect(credentialFiles({})).toEqual([]);
    expect(credentialFiles({ HOME: '', USERPROFILE: 'C:\\Users\\me' })).toHaveLength(2);
  });

  it.each([
    ['not JSON', '{"auths": {"r.example": {"auth": "c2VjcmV0OnNlY3JldA=="}}'],
    ['a list', '[]'],
    ['an auth that is none', '{"auths": {"r.example": {"auth": "secret!"}}}'],
    ['an auth without a colon', `{"auths": {"r.example": {"auth": "${base64('secret')}"}}}`],
    ['over 1 MiB', `{"auths": {}}${' '.repeat(1024 * 1024)}`],
  ])('are not guessed from %s; the error names the file alone', async (_, content) => {
    const file = write('.docker/config.json', content);
    const error: unknown = await find('r.example').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'REGISTRY_CREDENTIALS', data: { file } });
    expect(JSON.stringify([error, (error as Error).cause, String((error as Error).cause)])).not.toMatch(/secret|c2VjcmV0/);
  });
});

describe('credentials of a helper', () => {
  const answer = (user: string, secret: string): string =>
    `read server; printf '{"ServerURL":"%s","Username":"${user}","Secret":"${secret}"}' "$server"`;

  it('are asked for by the host; docker.io by its old address', async () => {
    helper('mine', 'read server; printf \'{"Username":"%s","Secret":"%s"}\' "$server" "$1"');
    write('.docker/config.json', { credHelpers: { 'r.example': 'mine' }, credsStore: 'mine' });
    expect(await find('r.example')).toEqual(basic('r.example', 'get'));
    expect(await find('docker.io')).toEqual(basic('https://index.docker.io/v1/', 'get'));
  });

  it('may be an identity token', async () => {
    helper('mine', answer('<token>', 'tok'));
    write('.docker/config.json', { credsStore: 'mine' });
    expect(await find('r.example')).toEqual({ kind: 'identity-token', token: 'tok' });
  });

  it('are those of its own helper first, then of the store, then of the file', async () => {
    helper('own', answer('own', '1'));
    helper('store', answer('store', '2'));
    helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    const auths = { 'a.example': {}, 'b.example': {}, 'c.example': { auth: base64('file:3') } };
    write('.docker/config.json', { auths, credsStore: 'store', credHelpers: { 'a.example': 'own', 'b.example': 'empty' } });
    expect(await find('a.example')).toEqual(basic('own', '1'));
    expect(await find('b.example')).toEqual(basic('store', '2'));
    write('.docker/config.json', { auths, credsStore: 'empty' });
    expect(await find('c.example')).toEqual(basic('file', '3'));
    expect(await find('a.example')).toBeUndefined();
  });

  it.each([
    ['is not there', 'absent', '', 'no such program in PATH'],
    ['fails', 'bad', 'echo "my-secret"; echo "my-secret" >&2; exit 3', 'exit code 3'],
    ['says what cannot be read', 'odd', 'echo my-secret', 'an answer that cannot be read'],
    ['says too much', 'loud', 'while :; do echo my-secret; done', 'it says too much'],
  ])('are told about when it %s, without what it printed', async (_, name, script, reason) => {
    if (script !== '') helper(name, script);
    write('.docker/config.json', { credsStore: name });
    const error: unknown = await find('r.example').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'REGISTRY_CREDENTIALS', data: { helper: name, reason } });
    expect(JSON.stringify([error, (error as Error).cause])).not.toContain('my-secret');
  });

  it.each(['../evil', 'a b', 'a;touch pwned', '$(touch pwned)', '', '/bin/sh', 'x'.repeat(65)])(
    'run no program of another name: %j',
    async (name) => {
      write('.docker/config.json', { credHelpers: { 'r.example': name } });
      await expect(find('r.example')).rejects.toMatchObject({ code: 'REGISTRY_CREDENTIALS', data: { reason: 'not a name of a helper' } });
    },
  );
});
