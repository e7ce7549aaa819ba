import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReference } from './reference.ts';

const schemes = [{ id: 'docker-archive' }, { id: 'dir' }];
let room = '';

beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'claircore-test-'));
  for (const name of ['app.tar', 'app.tar:2', 'a:b']) writeFileSync(join(room, name), '');
  mkdirSync(join(room, 'root'));
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

describe('parseReference', () => {
  it.each([
    ['R/app.tar', { location: 'R/app.tar' }],
    ['R/app.tar:1', { location: 'R/app.tar', select: '1' }],
    // A path that exists wins over a tag.
    ['R/app.tar:2', { location: 'R/app.tar:2' }],
    ['R/app.tar:2:3', { location: 'R/app.tar:2', select: '3' }],
    ['R/a:b', { location: 'R/a:b' }],
    ['R/app.tar:docker.io/library/alpine:3.11', { location: 'R/app.tar', select: 'docker.io/library/alpine:3.11' }],
    ['R/app.tar:host:5000/x:1', { location: 'R/app.tar', select: 'host:5000/x:1' }],
    ['docker-archive:R/app.tar', { scheme: 'docker-archive', location: 'R/app.tar' }],
    ['docker-archive:R/app.tar:1', { scheme: 'docker-archive', location: 'R/app.tar', select: '1' }],
    ['dir:R/root', { scheme: 'dir', location: 'R/root' }],
  ])('takes %s apart', async (text, expected) => {
    const parsed = await parseReference(text.replace('R', room), schemes);
    expect(parsed).toEqual({ ...expected, location: expected.location.replace('R', room) });
  });

  it('leaves what is no path to the source of images elsewhere that recognises it', async () => {
    const elsewhere = {
      id: 'registry',
      recognise: (name: string) => (name.startsWith('app') ? ({ ok: true } as const) : ({ ok: false, reason: 'not app' } as const)),
    };
    const all = [...schemes, elsewhere];
    expect(await parseReference('app:1', all)).toEqual({ scheme: 'registry', location: 'app:1' });
    expect(await parseReference('registry:other:1', all)).toEqual({ scheme: 'registry', location: 'other:1' });
    // What is there wins, unless the scheme is said.
    const path = join(room, 'app.tar');
    expect(await parseReference(`${path}:1`, all)).toEqual({ location: path, select: '1' });
    expect(await parseReference(`registry:${path}`, all)).toEqual({ scheme: 'registry', location: path });
    await expect(parseReference('other:1', all)).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
      data: { path: 'other:1', reason: 'not app' },
    });
    await expect(parseReference('dir:app', all)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND', data: { path: 'app' } });
  });

  it.each([
    ['', 'USAGE_REFERENCE'],
    ['dir:', 'USAGE_REFERENCE'],
    ['a\0b', 'USAGE_REFERENCE'],
    ['R/none.tar', 'IMAGE_NOT_FOUND'],
    ['R/none.tar:1', 'IMAGE_NOT_FOUND'],
    ['R/app.tar/below', 'IMAGE_NOT_FOUND'],
    ['R/app.tar:', 'IMAGE_NOT_FOUND'],
    [`R/${'x'.repeat(5000)}`, 'IMAGE_NOT_FOUND'],
    ['registry:alpine:3.11', 'IMAGE_NOT_FOUND'],
  ])('refuses %j', async (text, code) => {
    await expect(parseReference(text.replace('R', room), schemes)).rejects.toMatchObject({ code });
  });
});
