import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeedError } from '../../core/index.ts';
import { childText, streamXml, type StreamXmlOptions, type XmlRecord } from './index.ts';

async function* inChunks(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(text: string | Uint8Array, options: StreamXmlOptions = { level: 1 }, size = 7): Promise<XmlRecord[]> {
  const records: XmlRecord[] = [];
  for await (const record of streamXml(inChunks(text, size), options)) records.push(record);
  return records;
}

describe('records of an XML document', () => {
  it('are the elements of a level, whole, with what they stand in', async () => {
    const records = await read('<?xml version="1.0"?><a><list><x:rec id="1">one<b> deep </b></x:rec><!-- no --><rec id="2"/></list></a>', {
      level: 2,
    });
    expect(records.map(({ parent, element }) => [parent, element.name, element.attributes.get('id'), element.text])).toEqual([
      ['list', 'rec', '1', 'one'],
      ['list', 'rec', '2', ''],
    ]);
    expect(childText(records[0]?.element, 'b')).toBe('deep');
  });

  it('have their entities and character data resolved, and no prefix', async () => {
    const [record] = await read('<a><r p:q="&lt;&amp;&quot;">&#x41;&gt;<![CDATA[<&]]></r></a>');
    expect([record?.element.attributes.get('q'), record?.element.text]).toEqual(['<&"', 'A><&']);
  });

  it('do not depend on how the bytes come', async () => {
    const text = '<a><r k="ä">Größe 𝄞<c/></r>\n<r>2</r></a>';
    const whole = await read(text, { level: 1 }, 1000);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (size) => {
        expect(await read(text, { level: 1 }, size)).toEqual(whole);
      }),
    );
  });

  it('keep names that objects have of their own', async () => {
    const [record] = await read('<a><r __proto__="1" constructor="2"><__proto__/></r></a>');
    expect([...(record?.element.attributes ?? [])]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(record?.element.children.map(({ name }) => name)).toEqual(['__proto__']);
  });
});

describe('hostile XML', () => {
  it.each([
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><r>&x;</r></a>'],
    ['entities that multiply', '<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a><r>&y;</r></a>'],
    ['an entity that nobody declared', '<a><r>&x;</r></a>'],
    ['a tag that is not closed', '<a><r></a>'],
    ['an attribute twice', '<a><r k="1" k="2"/></a>'],
    ['something after the end', '<a/><b/>'],
    ['no XML', 'hello'],
    ['nesting beyond the limit', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
  ])('%s is malformed', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });

  it('bytes that are not UTF-8 are malformed', async () => {
    await expect(read(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0xfe))).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });

  it('a document that ends at any place before its end is truncated or malformed', async () => {
    const text = '<a><r k="1">one</r><r>two</r></a>';
    for (let end = 0; end < text.length; end += 1) {
      await expect(read(text.slice(0, end))).rejects.toBeInstanceOf(FeedError);
    }
  });

  it.each([
    ['text without end', `<a><r>${'x'.repeat(300_000)}`],
    ['an attribute without end', `<a><r k="${'x'.repeat(300_000)}`],
    ['a comment without end', `<a><!-- ${'x'.repeat(300_000)}`],
    ['a name without end', `<a><${'x'.repeat(300_000)}`],
  ])('%s passes a limit before it is held', async (_, text) => {
    const limited = { level: 1, limits: { tokenCharacters: 100_000 } };
    await expect(read(text, limited, 65_536)).rejects.toMatchObject({ code: 'LIMIT_READ' });
  });

  it('a record of too many elements or characters passes a limit', async () => {
    await expect(read(`<a><r>${'<b/>'.repeat(101)}</r></a>`, { level: 1, limits: { nodes: 100 } })).rejects.toMatchObject({
      code: 'LIMIT_READ',
    });
    await expect(read(`<a><r>${'<b>xx</b>'.repeat(51)}</r></a>`, { level: 1, limits: { characters: 100 } })).rejects.toMatchObject({
      code: 'LIMIT_READ',
    });
  });

  it('is given up when asked', async () => {
    await expect(read('<a><r/></a>', { level: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
