import { diagnostic, unreachable, type Diagnostic, type PackageFacts } from '../../../core/index.ts';
import { excerpt, FileDiagnostics } from '../../../families/index.ts';
import { parseDeb822, type Deb822Paragraph } from '../../../formats/deb822/index.ts';
import { isVcpkg, packageOf, stanzaFields } from './stanza.ts';

export interface DpkgListing {
  readonly packages: readonly PackageFacts[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What the third word of `Status` means for the files of a package, dpkg(1): are they on disk? */
const presenceOf: ReadonlyMap<string, Presence> = new Map([
  ['installed', 'present'],
  ['unpacked', 'present'],
  ['half-configured', 'present'],
  ['triggers-awaited', 'present'],
  ['triggers-pending', 'present'],
  ['half-installed', 'half-installed'],
  ['config-files', 'absent'],
  ['not-installed', 'absent'],
]);

type Presence = 'present' | 'half-installed' | 'absent' | 'unknown' | 'unsaid';

/** The packages of `var/lib/dpkg/status` that are on disk. */
export function readStatus(text: string, path: string): DpkgListing {
  return readStanzas(text, path, presenceIn);
}

/**
 * The packages of a file in `status.d`: images made without dpkg (distroless) put a package's control file there,
 * which has no status because being there is the status. One that has a `Status` is judged by it.
 */
export function readStatusDirectoryFile(text: string, path: string): DpkgListing {
  return readStanzas(text, path, (stanza) => (stanza.fields.has('status') ? presenceIn(stanza) : 'present'));
}

function readStanzas(text: string, path: string, presence: (stanza: Deb822Paragraph) => Presence): DpkgListing {
  const packages: PackageFacts[] = [];
  const diagnostics = new FileDiagnostics(path);
  let badLines = 0;
  for (const stanza of parseDeb822(text, { fields: stanzaFields })) {
    if (isVcpkg(stanza))
      return { packages: [], diagnostics: [diagnostic('PACKAGE_DATABASE_FOREIGN', { path, data: { line: stanza.line } })] };
    badLines += stanza.badLines;
    const facts = judge(stanza, presence(stanza), diagnostics);
    if (facts) packages.push(facts);
  }
  if (badLines > 0) diagnostics.add('FILE_UNPARSABLE', { lines: badLines });
  return { packages, diagnostics: diagnostics.list() };
}

/** The package if it is present; what is odd about it is reported. */
function judge(stanza: Deb822Paragraph, presence: Presence, diagnostics: FileDiagnostics): PackageFacts | undefined {
  if (presence === 'absent' || (stanza.fields.size === 0 && stanza.badLines === 0)) return undefined;
  const name = excerpt(stanza.fields.get('package') ?? '');
  const facts = packageOf(stanza);
  if (facts === undefined) {
    diagnostics.add('PACKAGE_INCOMPLETE', { line: stanza.line, package: name });
    return undefined;
  }
  switch (presence) {
    case 'half-installed':
      diagnostics.add('PACKAGE_HALF_INSTALLED', { package: name });
      return facts;
    case 'unknown':
      diagnostics.add('PACKAGE_STATUS_UNKNOWN', { package: name, status: excerpt(stanza.fields.get('status') ?? '') });
      return facts;
    case 'unsaid':
      diagnostics.add('PACKAGE_STATUS_MISSING', { package: name });
      return undefined;
    case 'present':
      return facts;
    default:
      return unreachable(presence);
  }
}

/** dpkg takes the words in any case, and a stanza without the field for one of a package that is not installed. */
function presenceIn({ fields }: Deb822Paragraph): Presence {
  const status = fields.get('status');
  if (status === undefined) return 'unsaid';
  const word = status.split(/\s+/)[2]?.toLowerCase() ?? '';
  return presenceOf.get(word) ?? 'unknown';
}
