import type { Severity } from '../../core/index.ts';
import { chooseVector, severityOfVector } from '../../formats/cvss/index.ts';
import type { OsvAffected, OsvRecord } from '../../formats/osv/index.ts';
import type { OsvSeverityWord } from './osv-source.ts';

/** For distributions: the vendor's own word, else the record's newest CVSS vector as it stands, with the severity of its score. */
export function wordOrVector(record: OsvRecord, word: string): OsvSeverityWord {
  return word === '' ? severityOfText(vectorOf(record.severity)) : severityOfText(undefined, word);
}

/**
 * For languages: the newest CVSS vector (v4, v3, v2) as it stands, of the entry where it has its own, else the record's; without one that can be read
 * the word (`database_specific.severity`).
 */
export function vectorOrWord(record: OsvRecord, affected: OsvAffected | undefined, word: string): OsvSeverityWord {
  const vector = vectorOf(affected?.severity ?? []) ?? vectorOf(record.severity);
  return vector !== undefined && (word === '' || severityOfVector(vector) !== undefined)
    ? severityOfText(vector)
    : severityOfText(undefined, word);
}

const vectorTypes = ['CVSS_V4', 'CVSS_V3', 'CVSS_V2'];

/** The one that can be read, the newest version first; where none can, the first of the newest as it stands. */
function vectorOf(severities: OsvRecord['severity']): string | undefined {
  const vectors = vectorTypes.flatMap((type) => severities.filter((each) => each.type === type).map(({ score }) => score));
  return chooseVector(vectors) ?? vectors[0];
}

function severityOfText(vector: string | undefined, word = ''): OsvSeverityWord {
  if (vector === undefined) return { severity: word, normalizedSeverity: severityOfWord(word) };
  return { severity: vector, normalizedSeverity: severityOfVector(vector) ?? 'Unknown' };
}

const severityWords: ReadonlyMap<string, Severity> = new Map([
  ['negligible', 'Negligible'],
  ['low', 'Low'],
  ['moderate', 'Medium'],
  ['medium', 'Medium'],
  ['important', 'High'],
  ['high', 'High'],
  ['critical', 'Critical'],
]);

/** The words that vendors use for severities, whatever their case. */
export function severityOfWord(word: string): Severity {
  return severityWords.get(word.toLowerCase()) ?? 'Unknown';
}
