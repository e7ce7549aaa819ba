import { FeedError } from '../../core/index.ts';
import { jsonPointer, member, text } from '../json-stream/index.ts';
import {
  csafStatuses,
  type CsafDocument,
  type CsafRemediation,
  type CsafStatement,
  type CsafStatus,
  type CsafVulnerability,
} from './csaf-document.ts';
import { checkJsonSize } from './check-json-size.ts';
import { readProductTree } from './product-tree.ts';

/**
 * Reads one VEX document of the Common Security Advisory Framework 2.0 (profile 5, `csaf_vex`). What it does not have is empty; products and
 * statements are resolved when they are asked for.
 * @throws FeedError `FEED_MALFORMED` for what is no JSON or names no document; LimitError `LIMIT_READ` for more objects than any document has
 */
export function parseCsaf(bytes: Uint8Array): CsafDocument {
  const json = parseJson(bytes);
  const document = member(json, 'document');
  const tracking = member(document, 'tracking');
  const id = text(member(tracking, 'id'));
  if (id === undefined) throw new FeedError('FEED_MALFORMED', { missing: '/document/tracking/id' });
  return {
    id,
    status: text(member(tracking, 'status')) ?? '',
    products: readProductTree(member(json, 'product_tree')),
    vulnerabilities: listOf(member(json, 'vulnerabilities')).map(readVulnerability),
    references: urlsOf(member(document, 'references')),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  checkJsonSize(bytes);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new FeedError('FEED_MALFORMED', { form: 'json' }, { cause: error });
  }
}

function readVulnerability(value: unknown, index: number): CsafVulnerability {
  const notes = listOf(member(value, 'notes'));
  const noteOf = (category: string): string => {
    const note = notes.find((one) => text(member(one, 'category')) === category);
    return text(member(note, 'text')) ?? '';
  };
  const title = text(member(value, 'title')) ?? '';
  return {
    cve: text(member(value, 'cve')) ?? '',
    title,
    description: noteOf('description') || noteOf('summary') || title,
    releaseDate: text(member(value, 'release_date')) ?? '',
    references: urlsOf(member(value, 'references')),
    statements: readStatements(member(value, 'product_status'), index),
    remediations: readRemediations(member(value, 'remediations')),
    impacts: readImpacts(member(value, 'threats')),
    scores: readScores(member(value, 'scores')),
  };
}

function readStatements(status: unknown, index: number): ReadonlyMap<CsafStatus, readonly CsafStatement[]> {
  const statements = new Map<CsafStatus, readonly CsafStatement[]>();
  for (const name of csafStatuses) {
    const pointer = jsonPointer('vulnerabilities', String(index), 'product_status', name);
    const list = listOf(member(status, name)).flatMap((productId, at) =>
      typeof productId === 'string' ? [{ productId, pointer: `${pointer}/${at}` }] : [],
    );
    statements.set(name, list);
  }
  return statements;
}

function readRemediations(list: unknown): ReadonlyMap<string, readonly CsafRemediation[]> {
  const byProduct = new Map<string, CsafRemediation[]>();
  for (const entry of listOf(list)) {
    const remediation = {
      category: text(member(entry, 'category')) ?? '',
      details: text(member(entry, 'details')) ?? '',
      url: text(member(entry, 'url')) ?? '',
    };
    for (const id of textsOf(member(entry, 'product_ids'))) {
      const known = byProduct.get(id);
      if (known) known.push(remediation);
      else byProduct.set(id, [remediation]);
    }
  }
  return byProduct;
}

function readImpacts(threats: unknown): ReadonlyMap<string, string> {
  const byProduct = new Map<string, string>();
  for (const threat of listOf(threats)) {
    const details = text(member(threat, 'details'));
    if (text(member(threat, 'category')) !== 'impact' || details === undefined) continue;
    for (const id of textsOf(member(threat, 'product_ids'))) byProduct.set(id, details);
  }
  return byProduct;
}

function readScores(scores: unknown): ReadonlyMap<string, number> {
  const byProduct = new Map<string, number>();
  for (const score of listOf(scores)) {
    const cvss = member(score, 'cvss_v4') ?? member(score, 'cvss_v3') ?? member(score, 'cvss_v2');
    const base = member(cvss, 'baseScore');
    if (typeof base !== 'number') continue;
    for (const id of textsOf(member(score, 'products'))) byProduct.set(id, base);
  }
  return byProduct;
}

function urlsOf(references: unknown): readonly string[] {
  return listOf(references).flatMap((reference) => text(member(reference, 'url')) ?? []);
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((entry) => typeof entry === 'string');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
