import { execFileSync } from 'node:child_process';
import { sharedPath } from './shared-data.ts';

/** One member of an archive of the data pack. */
export function member(archive: string, path: string): string {
  const command = 'zstd -dcq --long=27 "$0" | tar xO "$1"';
  return execFileSync('bash', ['-c', command, sharedPath(`data/${archive}`), path], { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

export function members(archive: string): readonly string[] {
  const command = 'zstd -dcq --long=27 "$0" | tar t';
  return execFileSync('bash', ['-c', command, sharedPath(`data/${archive}`)], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** `<tag …>…</tag>` of a document, all but one in `every` taken out. */
export function thinned(xml: string, tag: string, every: number): string {
  let index = -1;
  return xml.replaceAll(new RegExp(`<${tag}\\b[^>]*>[\\s\\S]*?</${tag}>\\s*`, 'g'), (whole) => ((index += 1) % every === 0 ? whole : ''));
}

/** Of a tag as it is written. */
export const attribute = (tag: string, name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
