import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installed } from './naive-osv.ts';
import { sharedPath } from './shared-data.ts';

// What is really installed somewhere, laid into a directory, and what the ecosystem's own tools say that it is. Nothing of it runs.

/** Lays the files of Debian's packages into the directory; false where they cannot be had. The database that would own them is left out. */
export function unpackDebian(root: string, scratch: string, packages: readonly string[]): boolean {
  const into = join(scratch, 'debian');
  mkdirSync(into, { recursive: true });
  if (spawnSync('apt-get', ['download', '-q', ...packages], { cwd: into, stdio: 'ignore' }).status !== 0) return false;
  mkdirSync(root, { recursive: true });
  for (const file of readdirSync(into)) {
    execFileSync('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1"', join(into, file), root]);
  }
  return true;
}

/** Installs wheels, without what they need and without running anything of theirs; false where they cannot be had. */
export function installWheels(target: string, requirements: readonly string[]): boolean {
  const options = ['-q', '--no-deps', '--only-binary', ':all:', '--no-compile', '--target', target];
  return spawnSync('python3', ['-m', 'pip', 'install', ...options, ...requirements], { stdio: 'ignore', timeout: 120_000 }).status === 0;
}

/** Builds a program that needs the modules, as they were; false where there is no Go or no module. */
export function buildGoProgram(
  target: string,
  scratch: string,
  modules: Readonly<Record<string, string>>,
  imports: readonly string[],
): boolean {
  const directory = join(scratch, 'go');
  mkdirSync(directory, { recursive: true });
  const required = Object.entries(modules).map((module) => `require ${module.join(' ')}\n`);
  writeFileSync(join(directory, 'go.mod'), `module a.test/program\n\ngo 1.18\n\n${required.join('')}`);
  const imported = imports.map((path) => `import _ "${path}"\n`).join('');
  writeFileSync(join(directory, 'main.go'), `package main\n\n${imported}\nfunc main() {}\n`);
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
  return spawnSync('go', ['build', '-o', target, '.'], { cwd: directory, env, stdio: 'ignore', timeout: 280_000 }).status === 0;
}

export function copyShared(root: string, ...paths: readonly string[]): void {
  mkdirSync(root, { recursive: true });
  for (const path of paths) {
    const target = join(root, path.split('/').at(-1) ?? '');
    copyFileSync(sharedPath(path), target);
    chmodSync(target, 0o755);
  }
}

function python(script: string, root: string): readonly Installed[] {
  const lines = execFileSync('python3', ['-c', script, root], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => {
    const [name = '', version = ''] = line.split('\t');
    return { name, version };
  });
}

/** What Python itself finds in each directory that holds metadata. */
export const pythonPackages = (root: string): readonly Installed[] =>
  python(
    `
import os, re, sys
from importlib.metadata import distributions
for at, directories, files in os.walk(sys.argv[1]):
    if not any(name.endswith(('.dist-info', '.egg-info')) for name in directories + files): continue
    for found in distributions(path=[at]):
        print(re.sub(r'[-_.]+', '-', found.metadata['Name']).lower() + '\\t' + found.version)`,
    root,
  );

/** What the archives' own pom.properties say, in archives in archives too. */
export const mavenArtifacts = (root: string): readonly Installed[] =>
  python(
    `
import io, os, sys, zipfile
def read(archive):
    for name in archive.namelist():
        if name.startswith('META-INF/maven/') and name.endswith('/pom.properties'):
            lines = archive.read(name).decode('latin-1').splitlines()
            facts = dict(line.strip().split('=', 1) for line in lines if '=' in line and not line.startswith('#'))
            print(facts['groupId'] + ':' + facts['artifactId'] + '\\t' + facts['version'])
        elif name.endswith(('.jar', '.war')):
            read(zipfile.ZipFile(io.BytesIO(archive.read(name))))
for at, _, files in os.walk(sys.argv[1]):
    for name in files:
        path = os.path.join(at, name)
        if name.endswith(('.jar', '.war')) and not os.path.islink(path): read(zipfile.ZipFile(path))`,
    root,
  );

/** What the names of gems' specifications say. */
export const gems = (root: string): readonly Installed[] =>
  python(
    `
import os, re, sys
for at, _, files in os.walk(sys.argv[1]):
    for name in files:
        match = re.match(r'(.+)-(\\d[^-]*)\\.gemspec$', name)
        if match and at.endswith('/specifications'): print(match[1] + '\\t' + match[2])`,
    root,
  );

/** What cargo-auditable wrote: the one stream of zlib in a program that is JSON with packages. */
export const crates = (root: string): readonly Installed[] =>
  python(
    `
import json, os, sys, zlib
for at, _, files in os.walk(sys.argv[1]):
    for name in files:
        content = open(os.path.join(at, name), 'rb').read()
        start = content.find(b'\\x78')
        while start >= 0:
            try: said = json.loads(zlib.decompressobj().decompress(content[start:]))
            except (zlib.error, ValueError): said = None
            if isinstance(said, dict):
                for each in said['packages']: print(each['name'] + '\\t' + each['version'])
            start = content.find(b'\\x78', start + 1)`,
    root,
  );

/** What `go version -m` prints, replaced modules as what they are replaced by. */
export function goModules(root: string): readonly Installed[] {
  const installed: Installed[] = [];
  const { stdout } = spawnSync('go', ['version', '-m', root], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const line of stdout.split('\n')) {
    const [, tag] = /: go(\d+(?:\.\d+)+)$/.exec(line) ?? [];
    if (tag !== undefined) installed.push({ name: 'stdlib', version: /^\d+\.\d+$/.test(tag) ? `${tag}.0` : tag });
    const [kind, name = '', version = ''] = line.trim().split('\t');
    if (kind === '=>') installed.pop();
    if (['mod', 'dep', '=>'].includes(kind ?? '')) installed.push({ name, version });
  }
  return installed.filter(({ version }) => version !== '(devel)');
}
