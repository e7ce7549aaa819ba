import { describe, expect, it } from 'vitest';
import { registrySource } from './registry-source.ts';

describe('what can be the name of an image in a registry', () => {
  it.each(['alpine', 'alpine:3.20', 'team/app', 'ghcr.io/team/app.tar:1', '127.0.0.1:5000/app', 'node.js'])('is %s', (text) => {
    expect(registrySource.recognise?.(text)).toEqual({ ok: true });
  });

  it.each(['app.tar', './app', '../app', '/srv/app', '~/app', 'saved/app.tar.gz', 'x.tgz', 'C:\\app', 'app.oci'])(
    'is not what is plainly a path: %s',
    (text) => {
      expect(registrySource.recognise?.(text)).toEqual({ ok: false, reason: '' });
    },
  );

  it('is not what no registry could have; the reason is said', () => {
    expect(registrySource.recognise?.('Alpine')).toEqual({ ok: false, reason: 'as an image of a registry: a name has no capital letters' });
  });
});
