import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { geteuid } from 'node:process';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OpenedImage, Want } from '../../contracts/index.ts';
import type { EntryHeader, TreeEntry } from '../../core/index.ts';
import { rootDirectorySource } from './root-directory.ts';

let root = '';
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'claircore-test-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string | Buffer, content: string): void {
  if (typeof path === 'string') mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(typeof path === 'string' ? join(root, path) : Buffer.concat([Buffer.from(`${root}/`), path]), content);
}

/** Wants `status` files, and those that begin with `#!`. */
function wants(path: string, _: EntryHeader, peek?: Uint8Array): Want {
  if (path.endsWith('status')) return 'bytes';
  if (path.startsWith('bin/')) return peek === undefined ? 'peek' : peek[0] === 0x23 ? 'file' : 'no';
  return 'no';
}

function openRoot(): Promise<OpenedImage> {
  return rootDirectorySource.open({ location: root, wants });
}

async function digest(): Promise<string> {
  await using opened = await openRoot();
  return opened.manifest.digest;
}

async function entries(): Promise<readonly TreeEntry[]> {
  await using opened = await openRoot();
  const content = opened.manifest.layers[0]?.content;
  if (content?.kind !== 'tree') throw new Error('no tree');
  const list: TreeEntry[] = [];
  for await (const entry of content.entries()) list.push(entry);
  return list;
}

describe('a root directory', () => {
  it('gives every entry, sorted, directories before what is in them, links as links', async () => {
    put('var/lib/status', 'x');
    put('a', '');
    put('b/z', '');
    put('b/a/c', '');
    symlinkSync('/etc', join(root, 'outside'));
    const server = createServer();
    await once(server.listen(join(root, 'socket')), 'listening');
    onTestFinished(() => void server.close());
    expect((await entries()).map(({ path, header }) => [path, header.type, header.linkTarget])).toEqual([
      ['a', 'file', undefined],
      ['outside', 'symlink', '/etc'],
      ['socket', 'other', undefined],
      ['b', 'directory', undefined],
      ['b/z', 'file', undefined],
      ['b/a', 'directory', undefined],
      ['b/a/c', 'file', undefined],
      ['var', 'directory', undefined],
      ['var/lib', 'directory', undefined],
      ['var/lib/status', 'file', undefined],
    ]);
  });

  it('gives the content of a file, small or large', async () => {
    put('small', 'abc');
    put('large', 'x'.repeat(700_000));
    const read = async (entry: TreeEntry | undefined): Promise<string> => {
      const parts: Uint8Array[] = [];
      for await (const part of entry?.open() ?? []) parts.push(part);
      return Buffer.concat(parts).toString();
    };
    const [large, small] = await entries();
    expect([await read(small), await read(large)]).toEqual(['abc', 'x'.repeat(700_000)]);
    expect([small?.header.size, large?.header.size]).toEqual([3, 700_000]);
  });

  it('does not follow a link that took the place of a file', async () => {
    put('status', 'abc');
    const [entry] = await entries();
    rmSync(join(root, 'status'));
    symlinkSync('/etc/passwd', join(root, 'status'));
    await expect(entry?.open()[Symbol.asyncIterator]().next()).rejects.toThrow('ELOOP');
  });

  it('is named by wanted files and links: nothing else changes its digest', async () => {
    put('status', 'one');
    put('bin/script', '#!/bin/sh');
    put('bin/program', 'ELF');
    put('notes', 'one');
    symlinkSync('status', join(root, 'link'));
    const before = await digest();
    put('notes', 'two');
    put('bin/program', 'EXE');
    put('more/notes', '');
    expect(await digest()).toBe(before);
    const changes: readonly (readonly [string, () => void])[] = [
      ['a wanted file', () => put('status', 'two')],
      ['a file that is wanted for its head', () => put('bin/script', '#!/bin/bash')],
      ['another wanted file', () => put('more/status', 'one')],
      ['a link', () => symlinkSync('notes', join(root, 'other'))],
    ];
    const seen = new Set([before]);
    for (const [, change] of changes) {
      change();
      seen.add(await digest());
    }
    expect(seen.size).toBe(changes.length + 1);
  });

  it('opens names that are not UTF-8', async () => {
    put(Buffer.from([0x73, 0xff, 0x74]), 'abc');
    const [entry] = await entries();
    expect(entry?.path).toBe('s\uFFFDt');
    for await (const part of entry?.open() ?? []) expect(Buffer.from(part).toString()).toBe('abc');
  });

  it('goes down a hundred directories', async () => {
    put(`${'d/'.repeat(100)}status`, 'x');
    expect(await entries()).toHaveLength(101);
  });

  it.skipIf(geteuid?.() === 0)('says what it cannot read of what is wanted (skipped for the superuser, who can read all)', async () => {
    put('status', 'x');
    put('closed/status', 'x');
    put('shadow', 'x');
    chmodSync(join(root, 'status'), 0);
    chmodSync(join(root, 'shadow'), 0);
    chmodSync(join(root, 'closed'), 0);
    await using opened = await openRoot();
    chmodSync(join(root, 'closed'), 0o700);
    const [layer] = opened.manifest.layers;
    const unread = layer?.content?.kind === 'tree' ? layer.content.diagnostics : [];
    expect(unread?.map(({ code, path }) => [code, path])).toEqual([
      ['FILE_UNREADABLE', 'status'],
      ['FILE_UNREADABLE', 'closed'],
    ]);
  });

  it('has no names to choose from', async () => {
    await expect(rootDirectorySource.open({ location: root, select: 'x', wants })).rejects.toMatchObject({ code: 'IMAGE_TAG_UNKNOWN' });
  });

  it('stops when the signal fires', async () => {
    put('status', 'x');
    await expect(rootDirectorySource.open({ location: root, wants, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  it('tells a file from a directory', async () => {
    put('status', 'x');
    await expect(rootDirectorySource.open({ location: join(root, 'status'), wants })).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    expect(readFileSync(join(root, 'status'), 'utf8')).toBe('x');
  });
});
