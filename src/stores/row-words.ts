import { pointerSegment } from './fold-text.ts';

/** What the words of a row's pointer, and of its advisory's address and links, are taken from. The order is part of what is stored: only append. */
export interface RowWords {
  readonly part: string;
  readonly name: string;
  readonly packageName: string;
  readonly introduced?: string | undefined;
  readonly fixed?: string | undefined;
  readonly lastAffected?: string | undefined;
}

export function pointerWords(row: RowWords): readonly string[] {
  const { packageName, name, part, fixed = '', introduced = '', lastAffected = '' } = row;
  return [
    pointerSegment(packageName),
    pointerSegment(name),
    pointerSegment(part),
    pointerSegment(fixed),
    pointerSegment(introduced),
    pointerSegment(lastAffected),
  ];
}

export function urlWords(advisory: Pick<RowWords, 'part' | 'name'>): readonly string[] {
  return [advisory.name, advisory.part, advisory.name.toLowerCase()];
}
