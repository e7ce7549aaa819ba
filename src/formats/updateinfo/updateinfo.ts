import { attribute, child, childrenOf, childText, streamXml, type XmlElement } from '../xml/index.ts';

export interface UpdatePackage {
  readonly name: string;
  /** `[epoch:]version-release`; an epoch of 0 is none. */
  readonly evr: string;
  readonly epoch: string;
  readonly version: string;
  readonly arch: string;
  /** `name:stream`, or empty. */
  readonly module: string;
}

export interface UpdateReference {
  /** e.g. `cve`, `bugzilla`. */
  readonly type: string;
  readonly id: string;
  readonly href: string;
}

/** An update of a repository, what is absent as empty. */
export interface UpdateRecord {
  readonly id: string;
  /** e.g. `security`, `bugfix`. */
  readonly type: string;
  readonly title: string;
  readonly severity: string;
  /** As written, e.g. `2018-01-11 21:05`. */
  readonly issued: string;
  readonly description: string;
  readonly references: readonly UpdateReference[];
  readonly packages: readonly UpdatePackage[];
}

/** Of one update. Real ones have up to 1,400 elements and 70,000 characters. */
const limits = { nodes: 200_000, characters: 16 * 1024 * 1024 };

/**
 * The updates of an rpm repository (`updateinfo.xml`, already inflated), one at a time; undefined for one without an id, or with a package
 * that has no version.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* readUpdateinfo(
  body: AsyncIterable<Uint8Array>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<UpdateRecord | undefined, void, undefined> {
  for await (const { element } of streamXml(body, { level: 1, signal: options.signal, limits })) {
    if (element.name === 'update') yield toUpdate(element);
  }
}

function toUpdate(element: XmlElement): UpdateRecord | undefined {
  const id = childText(element, 'id');
  const packages = childrenOf(child(element, 'pkglist'), 'collection').flatMap(packagesOf);
  if (id === '' || packages.includes(undefined)) return undefined;
  return {
    id,
    type: attribute(element, 'type'),
    title: childText(element, 'title'),
    severity: childText(element, 'severity'),
    issued: attribute(child(element, 'issued'), 'date'),
    description: childText(element, 'description'),
    references: childrenOf(child(element, 'references'), 'reference').map((each) => ({
      type: attribute(each, 'type'),
      id: attribute(each, 'id'),
      href: attribute(each, 'href'),
    })),
    packages: packages.filter((each) => each !== undefined),
  };
}

/** A collection with a `module` is of packages of that module. */
function packagesOf(collection: XmlElement): readonly (UpdatePackage | undefined)[] {
  const [name, stream] = [attribute(child(collection, 'module'), 'name'), attribute(child(collection, 'module'), 'stream')];
  const module = name === '' || stream === '' ? '' : `${name}:${stream}`;
  return childrenOf(collection, 'package').map((each) => toPackage(each, module));
}

function toPackage(element: XmlElement, module: string): UpdatePackage | undefined {
  const [name, version, release] = [attribute(element, 'name'), attribute(element, 'version'), attribute(element, 'release')];
  if (name === '' || version === '' || release === '') return undefined;
  const epoch = attribute(element, 'epoch') || '0';
  return {
    name,
    evr: `${epoch === '0' ? '' : `${epoch}:`}${version}-${release}`,
    epoch,
    version,
    arch: attribute(element, 'arch'),
    module,
  };
}
