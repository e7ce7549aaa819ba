import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRegistryReference, parseRegistryReference, requireRegistryReference } from './registry-reference.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('a reference to an image in a registry', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['grafana/grafana', 'docker.io/grafana/grafana:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/alpine:1', 'docker.io/library/alpine:1'],
    ['docker.io/library/alpine', 'docker.io/library/alpine:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['127.0.0.1:5000/demo/app:1', '127.0.0.1:5000/demo/app:1'],
    ['[::1]:5000/app:1', '[::1]:5000/app:1'],
    ['[2001:db8::1]/app', '[2001:db8::1]/app:latest'],
    ['ghcr.io/a/b/c/d:v1.2-x_3', 'ghcr.io/a/b/c/d:v1.2-x_3'],
    ['GHCR.IO/a/b', 'ghcr.io/a/b:latest'],
    ['registry:5000/app', 'registry:5000/app:latest'],
    [`alpine@${digest}`, `docker.io/library/alpine@${digest}`],
    [`alpine:3@${digest}`, `docker.io/library/alpine:3@${digest}`],
    ['a__b/c.d-e---f', 'docker.io/a__b/c.d-e---f:latest'],
  ])('is read with the defaults of Docker: %s', (text, expected) => {
    const parsed = requireRegistryReference(text);
    expect(formatRegistryReference(parsed)).toBe(expected);
    expect(requireRegistryReference(expected)).toEqual({ ...parsed, isHostGiven: true });
  });

  it.each([
    ['', 'there is no name'],
    ['Alpine', 'a name has no capital letters'],
    ['Team/app', 'a name has no capital letters'],
    ['quay.io/Team/app', 'a name has no capital letters'],
    ['alpine:', 'the tag has'],
    ['alpine:-x', 'the tag has'],
    [`alpine:${'x'.repeat(129)}`, 'the tag has'],
    ['alpine@sha256:12', 'the digest is not'],
    [`alpine@${digest.toUpperCase()}`, 'the digest is not'],
    ['/abs/path', 'the name has characters'],
    ['../up', 'the host is none'],
    ['./here', 'the host is none'],
    ['a//b', 'the name has characters'],
    ['a/b/', 'the name has characters'],
    ['a b', 'the name has characters'],
    ['.hidden', 'the name has characters'],
    ['a._b', 'the name has characters'],
    ['host.example/', 'there is no name'],
    ['host.example:99999/app', 'the host is none'],
    ['[::zz]:5000/app', 'the host is none'],
    ['user:password@host.example/app', 'the digest is not'],
    ['-host.example/app', 'the host is none'],
    ['0'.repeat(64), 'a name cannot be 64 hex digits'],
    [`h.example/${'a/'.repeat(127)}aa`, 'the name is longer than 255 characters'],
    ['x'.repeat(2000), 'too long'],
    ['https://ghcr.io/a/b', 'the host is none'],
    ['alpine\nx', 'the name has characters'],
  ])('is refused with the reason: %j', (text, reason) => {
    expect(parseRegistryReference(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) as string });
    expect(() => requireRegistryReference(text)).toThrow(expect.objectContaining({ code: 'USAGE_REFERENCE' }) as Error);
  });

  it('never throws, and what it takes it takes again in full', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.:/@[\]_-]{0,40}$/)), (text) => {
        const parsed = parseRegistryReference(text);
        if (!parsed.ok) return;
        const full = formatRegistryReference(parsed.value);
        expect(parseRegistryReference(full)).toEqual({ ok: true, value: { ...parsed.value, isHostGiven: true } });
        expect(URL.canParse(`https://${parsed.value.host}/v2/${parsed.value.repository}/`)).toBe(true);
      }),
    );
  });
});
