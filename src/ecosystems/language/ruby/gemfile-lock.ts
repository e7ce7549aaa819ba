import { sourceUrl, type ListReading, type ShownPackage } from '../../../families/index.ts';

const sections = ['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE'] as const;
/** `    NAME (VERSION-PLATFORM)`: four blanks; what depends on what has six. */
const locked = /^ {4}(\S+) \(([^\s()]+)\)!?$/u;
/** As Gem::Platform writes them: a processor and a system, or the name of an implementation. */
const platform =
  /^(?:(?:x86|x64|i\d86|x86_64|amd64|arm|arm64|armv\w*|aarch64|ppc64le|powerpc\w*|riscv64|s390x|universal)(?:-\w[\w.-]*)?|java|jruby|mswin\w*|mingw\w*|truffleruby)$/u;

/** Reads `Gemfile.lock` (bundler.io, `bundle lock`): what is under `specs:` of GEM and GIT; that of PATH is the project's own. Groups are not told. */
export function parseGemfileLock(bytes: Uint8Array): ListReading {
  const packages: ShownPackage[] = [];
  let section: (typeof sections)[number] | undefined;
  let isLock = false;
  let remote = '';
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const text = line.slice(0, 1024).trimEnd();
    if (text !== '' && !text.startsWith(' ')) {
      section = sections.find((each) => each === text);
      remote = '';
      isLock ||= section !== undefined || text === 'DEPENDENCIES' || text === 'PLATFORMS';
    }
    if (text.startsWith('  remote: ')) remote = text.slice('  remote: '.length);
    const [, name = '', version = ''] = locked.exec(text) ?? [];
    if (name === '' || section === undefined || section === 'PATH') continue;
    packages.push({ name, ...versionOf(version), ...(section === 'GIT' && { installation: { source: sourceUrl(remote) } }) });
  }
  return isLock ? { kind: 'list', packages, unidentified: 0 } : { kind: 'unparsable', reason: 'no section of Bundler' };
}

/** A version has no dash, unless what follows is no platform. */
function versionOf(text: string): { readonly version: string; readonly arch?: string } {
  const at = text.indexOf('-');
  const arch = at < 0 ? '' : text.slice(at + 1);
  return platform.test(arch) ? { version: text.slice(0, at), arch } : { version: text };
}
