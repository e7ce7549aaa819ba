import type { Advisory, Namespace, ParseOptions } from '../../contracts/index.ts';
import { FeedError, type KevEnrichment } from '../../core/index.ts';
import { decompressFeed, SkippedRecords } from '../../families/index.ts';
import { jsonPointer, member, streamJson, text } from '../../formats/json-stream/index.ts';
import { CveFacts } from '../cve-facts.ts';
import type { CveFact } from '../enrich-by-cve.ts';

export const kevUrl = 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json';
export const kevUpdaterName = 'kev-updater';
export const kevNamespace: Namespace = Object.freeze({ key: 'cve:kev', scheme: 'semver' });

/** The members of an entry that are kept, in the order in which a fact has them. */
const kept = ['vulnerabilityName', 'dateAdded', 'shortDescription', 'requiredAction', 'dueDate', 'knownRansomwareCampaignUse'] as const;

/**
 * CISA's catalogue. An entry without the id of a CVE is left out and counted.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseKev(body: AsyncIterable<Uint8Array>, options: ParseOptions = {}): AsyncGenerator<Advisory, void, undefined> {
  const facts = new CveFacts();
  const skipped = new SkippedRecords();
  let [version, issued] = ['', ''];
  for await (const piece of streamJson(decompressFeed(body, options), { array: 'vulnerabilities', signal: options.signal })) {
    if (piece.kind === 'element') {
      const fact = JSON.stringify(kept.map((name) => text(member(piece.value, name)) ?? ''));
      if (!facts.add(text(member(piece.value, 'cveID')) ?? '', fact)) skipped.add(jsonPointer('vulnerabilities', String(piece.index)));
    } else if (piece.key === 'catalogVersion') version = text(piece.value) ?? '';
    else if (piece.key === 'dateReleased') issued = text(piece.value) ?? '';
  }
  // The catalogue only grows: an empty one is no news, but a mistake.
  if (facts.size === 0) throw new FeedError('FEED_MALFORMED', { reason: 'no entries' });
  skipped.report(kevUpdaterName, options);
  yield* facts.advisories({ namespace: kevNamespace, url: kevUrl, issued, version });
}

/** What {@link parseKev} wrote of a CVE. */
export function readKevFact({ cve, fact, version }: CveFact): readonly KevEnrichment[] {
  const values: unknown = JSON.parse(fact);
  const [name = '', added = '', description = '', action = '', due = '', ransomware = ''] = Array.isArray(values) ? values.map(String) : [];
  return [
    {
      cve,
      vulnerability_name: name,
      catalog_version: version,
      date_added: added,
      short_description: description,
      required_action: action,
      due_date: due,
      known_ransomware_campaign_use: ransomware,
    },
  ];
}
