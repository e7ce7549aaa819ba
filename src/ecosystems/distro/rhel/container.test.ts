import { describe, expect, it } from 'vitest';
import { layerFiles } from '../../../testing/layer-files.ts';
import { rhelContainerScanner } from './container.ts';

const dockerfile = `FROM sha256:0\nLABEL "com.redhat.component"="rh-sso-7-sso76-openshift-container" "name"="rh-sso-7/sso76-openshift-rhel8" \\
  "version"="7.6" "release"="21" "architecture"="x86_64"\n`;
const labels = (more: object = {}): string =>
  JSON.stringify({
    name: 'devspaces/udi-rhel8',
    architecture: 'x86_64',
    'org.opencontainers.image.created': '2024-03-26T09:34:09Z',
    cpe: 'cpe:/a:redhat:openshift_devspaces:3::el8',
    ...more,
  });

async function found(contents: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { packages = [] } = await rhelContainerScanner.scan(layerFiles(contents));
  return packages.map(({ facts, repository }) =>
    [facts.name, facts.version, facts.arch, facts.source?.name, repository?.key, repository?.cpe].filter(Boolean).join(' '),
  );
}

describe('containers of Red Hat', () => {
  it.each<[string, Record<string, string>, readonly string[]]>([
    [
      'by its Dockerfile',
      { 'root/buildinfo/Dockerfile-rh-sso-7-sso76-openshift-rhel8-7.6-21': dockerfile },
      ['rh-sso-7/sso76-openshift-rhel8 7.6-21 x86_64 rh-sso-7-sso76-openshift-container rhcc-container-repository'],
    ],
    [
      'by its labels, with the second of its day as version',
      { 'root/buildinfo/labels.json': labels() },
      [
        'devspaces/udi-rhel8 1711445649 x86_64 devspaces/udi-rhel8 rhcc-container-repository cpe:2.3:a:redhat:openshift_devspaces:3:*:el8:*:*:*:*:*',
      ],
    ],
    [
      'by labels that were quoted twice, without a CPE that can be read',
      { 'usr/share/buildinfo/labels.json': labels({ name: '"devspaces/udi-rhel8"', cpe: 'x', 'com.redhat.component': 'udi' }) },
      ['devspaces/udi-rhel8 1711445649 x86_64 udi rhcc-container-repository'],
    ],
  ])('%s', async (_, contents, expected) => {
    expect(await found(contents)).toEqual(expected);
  });

  it.each([
    ['no component', { 'root/buildinfo/Dockerfile-a-1-2': 'LABEL name=a' }],
    ['no name', { 'root/buildinfo/Dockerfile-a-1-2': 'LABEL com.redhat.component=a' }],
    ['no release in the file’s name', { 'root/buildinfo/Dockerfile-a': dockerfile }],
    ['no day', { 'root/buildinfo/labels.json': labels({ 'org.opencontainers.image.created': 'today' }) }],
    ['no architecture', { 'root/buildinfo/labels.json': labels({ architecture: '' }) }],
    ['a name with space', { 'root/buildinfo/labels.json': labels({ name: 'a b' }) }],
    ['no JSON', { 'root/buildinfo/labels.json': '{' }],
    ['a list', { 'root/buildinfo/labels.json': '[]' }],
    ['nothing', { 'root/buildinfo/labels.json': '' }],
    ['far too much', { 'root/buildinfo/labels.json': labels({ more: 'x'.repeat(2_000_000) }) }],
  ])('that say %s are told', async (_, contents) => {
    const { packages, diagnostics = [] } = await rhelContainerScanner.scan(layerFiles(contents));
    expect([packages, diagnostics.map(({ code }) => code)]).toEqual([[], ['FILE_UNPARSABLE']]);
  });

  it.each([
    ['root/buildinfo/Dockerfile-a-1-2', 'bytes'],
    ['root/buildinfo/labels.json', 'bytes'],
    ['usr/share/buildinfo/labels.json', 'bytes'],
    ['root/buildinfo/content_manifests/a.json', 'no'],
    ['opt/Dockerfile-a-1-2', 'no'],
  ])('of %s: %s', (path, want) => {
    expect(rhelContainerScanner.wants(path, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });
});
