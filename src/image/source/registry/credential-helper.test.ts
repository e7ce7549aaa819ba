import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askCredentialHelper } from './credential-helper.ts';

let room = '';
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'claircore-test-'));
  const place = join(room, 'docker-credential-slow');
  writeFileSync(place, '#!/bin/sh\nexec sleep 30\n');
  chmodSync(place, 0o755);
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

describe('a credential helper that hangs', () => {
  const environment = (): Record<string, string> => ({ PATH: `${room}:${process.env['PATH'] ?? ''}` });

  it('is ended when its time is over', async () => {
    await expect(askCredentialHelper('slow', 'r.example', { environment: environment(), timeout: 100 })).rejects.toMatchObject({
      code: 'REGISTRY_CREDENTIALS',
      data: { helper: 'slow', reason: 'it took too long' },
    });
  });

  it('is ended when the signal fires', async () => {
    const signal = AbortSignal.timeout(100);
    await expect(askCredentialHelper('slow', 'r.example', { environment: environment(), signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await expect(askCredentialHelper('slow', 'r.example', { environment: environment(), signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
