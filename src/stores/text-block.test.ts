import { describe, expect, it } from 'vitest';
import { TextBlocks, unpackTexts, type TextBlock } from './text-block.ts';

function pack(...descriptions: readonly string[]): { readonly blocks: readonly TextBlock[]; readonly places: readonly string[] } {
  const blocks: TextBlock[] = [];
  const packer = new TextBlocks((block) => blocks.push(block));
  const places = descriptions
    .map((description) => packer.add({ description, links: ['l'] }))
    .map(({ block, position }) => `${block}.${position}`);
  packer.flush();
  return { blocks, places };
}

const large = 'x'.repeat(20_000);

describe('blocks of texts', () => {
  it('share a text with those that come right after it, however large it is', () => {
    const { blocks, places } = pack(large, large, large, 'other', 'other', large);
    expect(places).toEqual(['1.0', '1.0', '1.0', '2.0', '2.0', '2.1']);
    expect(blocks.map(({ block, texts, advisories }) => [block, texts, advisories])).toEqual([
      [1, 1, 3],
      [2, 2, 3],
    ]);
  });

  it('give back each text at its place', () => {
    const descriptions = Array.from({ length: 300 }, (_, index) => `${index % 7} ${'y'.repeat(index * 10)}`);
    const { blocks, places } = pack(...descriptions);
    expect(blocks.length).toBeGreaterThan(10);
    const texts = new Map(blocks.map(({ block, body }) => [block, unpackTexts(body)]));
    const read = places.map((place) => {
      const [block = 0, position = 0] = place.split('.').map(Number);
      return texts.get(block)?.[position]?.description;
    });
    expect(read).toEqual(descriptions);
  });
});
