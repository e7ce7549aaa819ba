// claircore: scan an image archive from code, offline, with a directory as the mirror of all feeds.
// Run in a checkout: npx node examples/library/scan-archive.ts [ARCHIVE [MIRROR]]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFeedClient, openImage, openLibindex, openLibvuln } from 'claircore';

const examples = join(import.meta.dirname, '..');
const [archive = join(examples, 'shop.tar'), mirror = join(examples, 'mirror')] = process.argv.slice(2);

// Two files, made where they are not: PATH for advisories, PATH.index for what was found in layers.
const data = { dataStore: 'sqlite', path: join(tmpdir(), 'claircore-example.db') } as const;
// Without `mirror` feeds come from their vendors.
await using feeds = createFeedClient({ mirror });
await using libindex = await openLibindex(data);
// Without `initialUpdate` all feeds would be loaded now: here just those that the image needs are, below.
await using libvuln = await openLibvuln({ ...data, feeds, initialUpdate: 'none' });

// What is in it? A layer that was read before is not read again.
await using image = await openImage(archive);
const index = await libindex.index(image.manifest);
// What is wrong with an image is in its report; only misuse, abort and a broken store throw.
if (!index.success) throw new Error(index.err);

// Which advisories does an answer need? Those are fetched, if they were last confirmed more than six hours ago.
const results = await libvuln.update({ namespaces: libvuln.requiredNamespaces(index), maxAge: 6 * 3_600_000 });
for (const result of results) console.log(`feed ${result.updater}: ${result.kind}`);

const report = await libvuln.scan(index);
for (const verdict of report.verdicts) {
  if (verdict.status !== 'affected') continue;
  const { subject, installed, comparison } = verdict.evidence;
  const name = index.packages.get(verdict.packageId)?.name;
  const severity = report.vulnerabilities.get(verdict.vulnerabilityId)?.normalizedSeverity;
  console.log(`${verdict.name} ${severity} in ${name}: ${subject}, ${comparison ?? `${installed}, not fixed`}`);
}

// Always look at the coverage: "nothing found" means something only where everything was checked.
const { complete, packages, gaps } = report.coverage;
console.log(`${packages.matched} of ${packages.total} packages checked, ${complete ? 'complete' : 'incomplete'}`);
for (const gap of gaps) console.log(`not checked: ${gap.reason} ${gap.subject} (${gap.packages} packages)`);
