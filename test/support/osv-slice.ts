import { runPython } from './python.ts';
import { sharedPath } from './shared-data.ts';

/** What the proofs read of a record. */
export interface SliceRecord {
  readonly id: string;
  readonly related?: readonly string[];
  readonly upstream?: readonly string[];
  readonly affected?: readonly SliceEntry[];
}

export interface SliceEntry {
  readonly package?: { readonly ecosystem?: string; readonly name: string };
  readonly ranges?: readonly { readonly type: string; readonly events: readonly Readonly<Record<string, string>>[] }[];
  readonly versions?: readonly string[];
  readonly ecosystem_specific?: { readonly binaries?: readonly Readonly<Record<string, string>>[] };
}

export interface OsvSlice {
  /** Below `../shared`. */
  readonly packed: string;
  /** Folder of OSV's bucket. */
  readonly bucket: string;
  /** Only records in whose text this is. */
  readonly naming: string;
  /** So many of those; all if absent. */
  readonly most?: number;
}

const script = `
import json, os, subprocess, sys, tarfile, zipfile
source, target, naming, most = sys.argv[1], sys.argv[2], sys.argv[3].encode(), int(sys.argv[4])
os.makedirs(os.path.dirname(target), exist_ok=True)
unpacked = subprocess.Popen(['zstd', '-dcq', '--long=27', source], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
kept = []
with tarfile.open(fileobj=unpacked.stdout, mode='r|') as records, zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for record in records:
        if not record.isfile(): continue
        text = records.extractfile(record).read()
        if naming not in text: continue
        archive.writestr(record.name, text)
        whole = json.loads(text)
        kept.append({name: whole[name] for name in ('id', 'related', 'upstream', 'affected') if name in whole})
        if len(kept) == most: break
unpacked.kill()
print(json.dumps(kept))
`;

/** Lays records of real data out as a bucket of OSV below `feeds`, and gives them as python reads them. */
export function materialiseSlice(feeds: string, { packed, bucket, naming, most = 0 }: OsvSlice): readonly SliceRecord[] {
  const archive = `${feeds}/osv-vulnerabilities.storage.googleapis.com/${bucket}/all.zip`;
  return runPython(script, sharedPath(packed), archive, naming, String(most)) as readonly SliceRecord[];
}

/** Whether an entry holds a version, as the schema tells it for ordered versions: by its events, or by its list. */
export function holdsVersion(
  { ranges = [], versions = [] }: SliceEntry,
  version: string,
  order: (a: string, b: string) => number,
): boolean {
  if (versions.includes(version)) return true;
  return ranges.some(({ events }) => {
    let isIn = false;
    for (const { introduced, fixed } of events) {
      if (introduced !== undefined && (introduced === '0' || order(version, introduced) >= 0)) isIn = true;
      if (fixed !== undefined && order(version, fixed) >= 0) isIn = false;
    }
    return isIn;
  });
}

/** Every version that fixes an entry. */
export function fixesOf({ ranges = [] }: SliceEntry): readonly string[] {
  return ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []));
}
