import { sourceUrl, type ListedPackage } from '../../../families/index.ts';
import { readTomlLock, type TomlValue } from '../../../formats/toml-lock/index.ts';

/**
 * Reads `Cargo.lock` (doc.rust-lang.org/cargo, "Cargo.toml vs Cargo.lock"): every `[[package]]` with a source, a registry or a repository. One without is of the workspace itself.
 * What is only needed to build or test, the file does not tell.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function* parseCargoLock(bytes: Uint8Array): Generator<ListedPackage> {
  for (const { name: table, isElement, values } of readTomlLock(new TextDecoder().decode(bytes))) {
    const source = textOf(values.get('source'));
    if (table !== 'package' || !isElement || source === undefined) continue;
    const [name, version] = [textOf(values.get('name')), textOf(values.get('version'))];
    if (name === undefined || version === undefined) yield 'unidentified';
    else yield { name, version, ...(source.startsWith('git+') && { installation: { source: sourceUrl(source) } }) };
  }
}

function textOf(value: TomlValue | undefined): string | undefined {
  return value?.kind === 'string' ? value.text : undefined;
}
