import type { ExclusivePlace, ImageTree, LayerFacts } from '../../contracts/index.ts';
import { diagnostic, type Diagnostic } from '../../core/index.ts';
import { speakerOf, type LiveFile } from './live-files.ts';
import { withoutPackages } from './without-packages.ts';

interface Version {
  readonly file: LiveFile;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly files: ExclusivePlace['files'];
}

export interface PresentFiles {
  readonly files: readonly LiveFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The files of the final image without packages of which only the metadata is left: another version was put in their place ({@link ExclusivePlace}).
 * Which layer holds what says nothing: images whose layers were stacked into one have the same answer.
 */
export function withoutReplaced(layers: readonly LayerFacts[], files: readonly LiveFile[], tree: ImageTree): PresentFiles {
  const replaced = [...slotsOf(files).values()].flatMap((versions) => leftBehind(versions, tree));
  if (replaced.length === 0) return { files, diagnostics: [] };
  const idsOf = Map.groupBy(replaced, ({ file }) => file);
  return {
    files: files.map((file) => {
      const ids = new Set((idsOf.get(file) ?? []).map(({ id }) => id));
      return ids.size === 0 ? file : withoutPackages(file, (id) => ids.has(id));
    }),
    diagnostics: replaced.map(({ file, name, version }) => {
      const { layer, asked } = speakerOf(file);
      const digest = layers[layer]?.layer.digest;
      return diagnostic('PACKAGE_REPLACED', { ...(digest && { layer: digest }), path: asked, data: { name, version } });
    }),
  };
}

/** By scanner and slot. */
function slotsOf(files: readonly LiveFile[]): ReadonlyMap<string, readonly Version[]> {
  const slots = new Map<string, Version[]>();
  for (const file of files) {
    for (const [id, { facts, exclusive }] of speakerOf(file).packages) {
      if (!exclusive) continue;
      const key = `${file.scanner}\0${exclusive.slot}`;
      const versions = slots.get(key) ?? [];
      slots.set(key, versions);
      versions.push({ file, id, name: facts.name, version: facts.version, files: exclusive.files });
    }
  }
  return slots;
}

function leftBehind(versions: readonly Version[], tree: ImageTree): readonly Version[] {
  if (versions.length < 2) return [];
  const known = versions.filter(({ files }) => files.length > 0);
  const isThere = ({ files }: Version): boolean => files.every(({ path, size }) => tree.resolve(path)?.size === size);
  const there = new Set(known.filter(isThere));
  return there.size === 0 ? [] : known.filter((version) => !there.has(version));
}
