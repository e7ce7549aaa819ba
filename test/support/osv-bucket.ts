import { execFileSync } from 'node:child_process';
import { sharedPath } from './shared-data.ts';

const script = `
import sys, os, json, subprocess, tarfile, zipfile
source, target = sys.argv[1:3]
only = set(json.load(sys.stdin) or [])
def wanted(content):
    return not only or any((a.get('package') or {}).get('name') in only for a in json.loads(content).get('affected') or [])
os.makedirs(os.path.dirname(target), exist_ok=True)
unpacked = subprocess.Popen(['zstd', '-dcq', '--long=27', source], stdout=subprocess.PIPE)
with tarfile.open(fileobj=unpacked.stdout, mode='r|') as records, zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for record in records:
        if record.isfile() and not (only and record.name.startswith('MAL-')):
            content = records.extractfile(record).read()
            if wanted(content): archive.writestr(record.name, content)
`;

/** Where the archive of an ecosystem stands in a mirror. */
export function osvArchive(feeds: string, ecosystem: string): string {
  return `${feeds}/osv-vulnerabilities.storage.googleapis.com/${ecosystem}/all.zip`;
}

/**
 * Lays the archive of one ecosystem out as HOST/PATH, written by python; the whole bucket would take a minute.
 * @param only the packages whose advisories are wanted, without malicious packages; all if absent
 */
export function materialiseOsv(feeds: string, ecosystem: string, only: ReadonlySet<string> = new Set()): void {
  // The data pack has Ubuntu's made of its tracker, beside that.
  const source = ecosystem === 'Ubuntu' ? 'ubuntu/osv-Ubuntu-derived' : `osv/${ecosystem.replaceAll(' ', '_')}`;
  const input = JSON.stringify([...only]);
  execFileSync('python3', ['-c', script, sharedPath(`data/${source}.tar.zst`), osvArchive(feeds, ecosystem)], {
    input,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/** All records of an archive, read by python. */
export function readOsv(feeds: string, ecosystem: string): readonly unknown[] {
  const read = 'import sys,zipfile,json\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): print(json.dumps(json.loads(z.read(n))))';
  const lines = execFileSync('python3', ['-c', read, osvArchive(feeds, ecosystem)], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
