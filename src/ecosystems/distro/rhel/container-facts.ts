import { parseCpe, toFormattedString, type PackageFacts, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn } from '../../../families/index.ts';
import { readLabels } from '../../../formats/dockerfile/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';

export const containerScannerIdentity = { name: 'rhel-container', version: 1, kind: 'package' } as const;

const detector = detectorUrn(containerScannerIdentity);

/** `RepositoryFacts.key` of a container of Red Hat's catalogue. */
export const containerRepositoryKey = 'rhcc-container-repository';

/** An image as a package: by the name of its repository and `version-release`, or the seconds of its day. */
export interface FoundContainer {
  readonly facts: PackageFacts;
  readonly repository: RepositoryFacts;
}

/** Of any text that counts. */
const longest = 512;
const fileName = /^Dockerfile-(.{1,200})-([^-]{1,100})-([^-]{1,100})$/;

/**
 * What a build left of its Dockerfile: `Dockerfile-NAME-VERSION-RELEASE`, and the labels in it.
 * @param name of the file
 * @returns undefined where they do not say which image it is
 */
export function containerOfDockerfile(name: string, source: string): FoundContainer | undefined {
  const [, , version, release] = fileName.exec(name) ?? [];
  const labels = readLabels(source);
  const [image = '', component = '', arch = ''] = ['name', 'com.redhat.component', 'architecture'].map((key) => labels.get(key) ?? '');
  if (version === undefined || release === undefined || component === '') return undefined;
  return containerOf({ name: image, component, version: `${version}-${release}`, arch, cpe: '' });
}

/** What newer builds leave in its place: labels as JSON. Tags of those images are the second in which they were made. */
export function containerOfLabels(source: string): FoundContainer | undefined {
  const labels = parse(source);
  const label = (key: string): string => unquoted(text(member(labels, key)) ?? '');
  const created = Date.parse(label('org.opencontainers.image.created'));
  const [name, arch] = [label('name'), label('architecture')];
  if (Number.isNaN(created) || arch === '') return undefined;
  return containerOf({
    name,
    component: label('com.redhat.component') || name,
    version: `${Math.floor(created / 1000)}`,
    arch,
    cpe: label('cpe'),
  });
}

function containerOf(found: { name: string; component: string; version: string; arch: string; cpe: string }): FoundContainer | undefined {
  const { name, component, version, arch } = found;
  if (name === '' || [name, component, version, arch].some((each) => each.length > longest || !/^[\x21-\x7e]*$/.test(each)))
    return undefined;
  const cpe = parseCpe(found.cpe);
  const formatted = cpe ? toFormattedString(cpe) : '';
  return {
    facts: { name, version, kind: 'binary', arch, module: '', source: { name: component, version, module: '' }, cpe: '', detector },
    repository: {
      name: formatted || 'Red Hat Container Catalog',
      key: containerRepositoryKey,
      uri: 'https://catalog.redhat.com/software/containers',
      cpe: formatted,
    },
  };
}

/** Some builds have quoted their labels twice. */
function unquoted(label: string): string {
  return /^".*"$/.test(label) ? label.slice(1, -1) : label;
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
