import { runPython } from './python.ts';
import { sharedPath } from './shared-data.ts';
import type { TrackedCve } from './ubuntu-oval.ts';

/** One pass over all records of Ubuntu's tracker, in python: those that speak of a release, or of ESM for it. */
const script = `
import json, subprocess, sys, tarfile
source, release = sys.argv[1:3]
wanted = [release, 'esm-infra/' + release, 'esm-apps/' + release]
unpacked = subprocess.Popen(['zstd', '-dcq', '--long=27', source], stdout=subprocess.PIPE)
found = []
with tarfile.open(fileobj=unpacked.stdout, mode='r|') as records:
    for record in records:
        if not record.isfile() or not record.name.endswith('.json'): continue
        text = records.extractfile(record).read()
        if release.encode() not in text: continue
        cve = json.loads(text)
        packages = [
            dict(source=name, release=each, status=state.get('status', ''), note=state.get('note', ''), binaries=[])
            for each in wanted for name, state in (cve.get('packages') or {}).get(each, {}).items()
        ]
        if packages: found.append(dict(id=cve['candidate'], priority=cve.get('priority') or 'untriaged', packages=packages))
print(json.dumps(found))
`;

export const ubuntuTracker = 'data/ubuntu/ubuntu-cve-tracker-vulsjson.tar.zst';

/** Of each CVE what the real tracker says of the packages of a release; it does not name their binary packages. */
export function readUbuntuTracker(release: string): readonly TrackedCve[] {
  return runPython(script, sharedPath(ubuntuTracker), release) as readonly TrackedCve[];
}
