import { isCveId } from '../../core/index.ts';

/** What an entry of a secfixes list names: the findings, and what else they are known as. */
export interface FixIds {
  readonly names: readonly string[];
  readonly aliases: readonly string[];
}

/** Also the misspelt `CVE_2019-2426`, and with something after it: `CVE-2017-17434-1`, `CVE-2021-35940.patch`. */
const cve = /CVE[-_](\d{4})-(\d{4,19})/gi;

/** Remarks, such as `(not actually applicable)`. */
const remark = /\([^()]*\)/g;

/** Characters; real ones have at most some eighty. */
const maxText = 1024;

/**
 * Reads an entry of a secfixes list. It is written by hand, mostly `CVE-2019-17349 XSA-295`: one or several CVEs and other
 * people's names for them, in any order. Each CVE is a finding of its own, and the other names are aliases of it. Where there
 * is no CVE (`XSA-207`, `CVE-????-????? XSA-312`, `CVE N/A ZBX-11023`) the first of the other names is the finding.
 * Remarks in parentheses and words without a digit name nothing. Undefined where nothing is named.
 */
export function parseFixIds(text: string): FixIds | undefined {
  // What nearly every entry is.
  if (isCveId(text)) return { names: [text], aliases: [] };
  const bare = text.slice(0, maxText).replaceAll(remark, ' ');
  const cves = new Set<string>();
  for (const [, year = '', number = ''] of bare.matchAll(cve)) cves.add(`CVE-${year}-${number}`);
  const others = new Set(bare.split(/[\s,;]+/).filter(isOtherId));
  const [first, ...rest] = others;
  if (cves.size > 0) return { names: [...cves], aliases: [...others] };
  return first === undefined ? undefined : { names: [first], aliases: rest };
}

/** Letters and digits (`VSV00013`, `GHSA-572g-rvwr-6c7f`), no CVE and no placeholder for one (`CVE-2022-?????`). */
function isOtherId(word: string): boolean {
  return !word.includes('?') && word.search(cve) === -1 && /\d/.test(word) && /[a-z]/i.test(word);
}
