import { sourceUrl, unparsableList, type ShownPackage } from '../../../families/index.ts';
import { linesOf } from '../../../runtime/index.ts';

const longestLine = 1024;
const sections = ['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE'] as const;
/** `    NAME (VERSION-PLATFORM)`: four blanks; what depends on what has six. */
const locked = /^ {4}(\S+) \(([^\s()]+)\)!?$/u;
/** As Gem::Platform writes them: a processor and a system, or the name of an implementation. */
const platform =
  /^(?:(?:x86|x64|i\d86|x86_64|amd64|arm|arm64|armv\w*|aarch64|ppc64le|powerpc\w*|riscv64|s390x|universal)(?:-\w[\w.-]*)?|java|jruby|mswin\w*|mingw\w*|truffleruby)$/u;

/** Reads `Gemfile.lock` (bundler.io, `bundle lock`): what is under `specs:` of GEM and GIT; that of PATH is the project's own. Groups are not told. @throws InputError `LOCK_FILE_UNPARSABLE` */
export function* parseGemfileLock(bytes: Uint8Array): Generator<ShownPackage> {
  let section: (typeof sections)[number] | undefined;
  let isLock = false;
  let remote = '';
  for (const line of linesOf(new TextDecoder().decode(bytes), longestLine)) {
    const text = line.trimEnd();
    if (text !== '' && !text.startsWith(' ')) {
      section = sections.find((each) => each === text);
      remote = '';
      isLock ||= section !== undefined || text === 'DEPENDENCIES' || text === 'PLATFORMS';
    }
    if (text.startsWith('  remote: ')) remote = text.slice('  remote: '.length);
    const [, name = '', version = ''] = locked.exec(text) ?? [];
    if (name === '' || section === undefined || section === 'PATH') continue;
    yield { name, ...versionOf(version), ...(section === 'GIT' && { installation: { source: sourceUrl(remote) } }) };
  }
  if (!isLock) throw unparsableList('no section of Bundler');
}

/** A version has no dash, unless what follows is no platform. */
function versionOf(text: string): { readonly version: string; readonly arch?: string } {
  const at = text.indexOf('-');
  const arch = at < 0 ? '' : text.slice(at + 1);
  return platform.test(arch) ? { version: text.slice(0, at), arch } : { version: text };
}
