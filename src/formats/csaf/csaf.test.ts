import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsaf, parsePurl } from './index.ts';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const document = { tracking: { id: 'CVE-2024-0001', status: 'final' } };

const product = (id: string, helper?: object): object => ({ product: { product_id: id, product_identification_helper: helper } });
const relation = (id: string, component: string, platform: string, category = 'default_component_of'): object => ({
  category,
  full_product_name: { product_id: id },
  product_reference: component,
  relates_to_product_reference: platform,
});
const treeOf = (relationships: readonly object[], branches: readonly unknown[] = leaves) =>
  parseCsaf(encode({ document, product_tree: { branches, relationships } })).products;
const leaves = [product('c', { purl: 'pkg:rpm/redhat/c' }), { branches: [{ branches: [product('p', { cpe: 'cpe:/a:b' })] }] }];
const found = { component: { purl: 'pkg:rpm/redhat/c' }, platform: { cpe: 'cpe:/a:b' } };

/** `n` relationships, each about the one before. */
const chain = (n: number): readonly object[] =>
  Array.from({ length: n }, (_, index) => relation(`r${index}`, index === 0 ? 'c' : `r${index - 1}`, 'p'));

describe('the product tree', () => {
  it('gives component and platform of a product, from any depth of branches', () => {
    expect(treeOf([relation('x', 'c', 'p')]).resolve('x')).toEqual(found);
  });

  it('knows products of the flat list', () => {
    const flat = { full_product_names: [{ product_id: 'c' }, { product_id: 'p', product_identification_helper: { cpe: 'cpe:/a:b' } }] };
    const tree = { ...flat, relationships: [relation('x', 'c', 'p')] };
    expect(parseCsaf(encode({ document, product_tree: tree })).products.resolve('x')).toEqual({
      component: {},
      platform: { cpe: 'cpe:/a:b' },
    });
  });

  it.each([
    [1, found],
    [5, found],
    [6, 'dangling'],
    [60, 'dangling'],
  ])('follows a chain of %i relationships: five at most', (length, expected) => {
    expect(treeOf(chain(length)).resolve(`r${length - 1}`)).toEqual(expected);
  });

  it.each<[string, readonly object[], unknown]>([
    ['a product that is no component', [], undefined],
    ['another kind of relationship', [relation('x', 'c', 'p', 'installed_on')], undefined],
    ['a component that is not there', [relation('x', 'nobody', 'p')], 'dangling'],
    ['a platform that is not there', [relation('x', 'c', 'nobody')], 'dangling'],
    ['a circle', [relation('x', 'y', 'p'), relation('y', 'x', 'p')], 'dangling'],
    ['itself', [relation('x', 'x', 'x')], 'dangling'],
    ['names of Object.prototype', [relation('x', '__proto__', 'constructor')], 'dangling'],
  ])('%s', (_, relationships, expected) => {
    expect(treeOf(relationships).resolve('x')).toEqual(expected);
  });

  it('is read however deep its branches are', () => {
    const depth = 3000;
    const deep = `${'{"branches":['.repeat(depth)}${JSON.stringify(product('p', { cpe: 'cpe:/a:b' }))}${']}'.repeat(depth)}`;
    const text = `{"document":${JSON.stringify(document)},"product_tree":{"branches":[${deep},${JSON.stringify(leaves[0])}],"relationships":[${JSON.stringify(relation('x', 'c', 'p'))}]}}`;
    expect(parseCsaf(new TextEncoder().encode(text)).products.resolve('x')).toEqual(found);
  });
});

describe('parseCsaf', () => {
  it('reads statements with their places, and what is said of each product', () => {
    const vulnerability = {
      cve: 'CVE-2024-0001',
      title: 'the title',
      notes: [
        { category: 'summary', text: 'short' },
        { category: 'description', text: 'long' },
      ],
      release_date: '2024-01-01T00:00:00+00:00',
      product_status: { fixed: ['a', 7, 'b'], known_affected: ['c'], unheard_of: ['d'] },
      references: [{ url: 'https://example.com/1' }, { url: 7 }],
      remediations: [
        { category: 'vendor_fix', product_ids: ['a', 'b'], url: 'https://example.com/fix' },
        { category: 'workaround', product_ids: ['a'], details: 'do not' },
      ],
      threats: [
        { category: 'impact', details: 'Low', product_ids: ['a'] },
        { category: 'exploit_status', details: 'x', product_ids: ['b'] },
      ],
      scores: [
        { cvss_v3: { baseScore: 5 }, cvss_v2: { baseScore: 4 }, products: ['a'] },
        { cvss_v2: { baseScore: 0 }, products: ['b'] },
      ],
    };
    const [read] = parseCsaf(encode({ document, vulnerabilities: [vulnerability] })).vulnerabilities;
    expect(read?.statements.get('fixed')).toEqual([
      { productId: 'a', pointer: '/vulnerabilities/0/product_status/fixed/0' },
      { productId: 'b', pointer: '/vulnerabilities/0/product_status/fixed/2' },
    ]);
    expect(read?.statements.get('known_affected')).toHaveLength(1);
    expect([read?.cve, read?.description, read?.releaseDate, read?.references]).toEqual([
      'CVE-2024-0001',
      'long',
      '2024-01-01T00:00:00+00:00',
      ['https://example.com/1'],
    ]);
    expect(read?.remediations.get('a')?.map(({ category }) => category)).toEqual(['vendor_fix', 'workaround']);
    expect([...(read?.impacts ?? [])]).toEqual([['a', 'Low']]);
    expect([...(read?.scores ?? [])]).toEqual([
      ['a', 5],
      ['b', 0],
    ]);
  });

  it.each([undefined, {}, { document: {} }, { document: { tracking: { id: 7 } } }, [], null, 7])('%j is no document', (value) => {
    const bytes = value === undefined ? new Uint8Array() : encode(value);
    expect(() => parseCsaf(bytes)).toThrow(expect.objectContaining({ code: 'FEED_MALFORMED' }) as Error);
  });

  it('reads whatever JSON stands where lists should', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (tree, vulnerability) => {
        const read = parseCsaf(encode({ document, product_tree: tree, vulnerabilities: [vulnerability] }));
        expect(read.vulnerabilities).toHaveLength(1);
      }),
    );
  });
});

describe('parsePurl', () => {
  it.each([
    ['pkg:rpm/redhat/curl@7.61.1-22.el8?arch=x86_64&epoch=1', 'rpm redhat curl 7.61.1-22.el8 arch=x86_64,epoch=1'],
    ['pkg:rpm/redhat/samba?arch=src', 'rpm redhat samba  arch=src'],
    ['pkg:RPM/redhat/libstdc%2B%2B@8.5%5E1', 'rpm redhat libstdc++ 8.5^1 '],
    ['pkg:rpm/redhat/nodejs@1?rpmmod=nodejs:18:8060:abc', 'rpm redhat nodejs 1 rpmmod=nodejs:18:8060:abc'],
    ['pkg:npm/%40scope/name@1.0.0#sub/path', 'npm @scope name 1.0.0 '],
    [
      'pkg:oci/ose-cli@sha256%3Aabc?repository_url=registry.redhat.io/openshift4/ose-cli',
      'oci  ose-cli sha256:abc repository_url=registry.redhat.io/openshift4/ose-cli',
    ],
    ['pkg:generic/name', 'generic  name  '],
  ])('%s', (text, expected) => {
    const purl = parsePurl(text);
    const qualifiers = [...(purl?.qualifiers ?? [])].map(([key, value]) => `${key}=${value}`).join(',');
    expect(`${purl?.type} ${purl?.namespace} ${purl?.name} ${purl?.version} ${qualifiers}`).toBe(expected);
  });

  it.each(['', 'rpm/redhat/curl', 'pkg:', 'pkg:rpm', 'pkg:rpm/%zz', 'pkg:/'])('%j is none', (text) => {
    expect(parsePurl(text)).toBeUndefined();
  });
});

describe('a document that is too much', () => {
  const padding = `"${'x'.repeat(5_000_000)}"`;
  it.each([
    ['nested too deep', `{"a":${padding},"b":${'['.repeat(2000)}${']'.repeat(2000)}}`],
    ['nested without an end', `{"a":${padding},"b":${'['.repeat(2000)}`],
    ['of too many objects', `[${padding}${',{}'.repeat(3_000_001)}]`],
  ])('%s is refused before it is parsed', (_, text) => {
    expect(() => parseCsaf(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ code: 'LIMIT_READ' }) as Error);
  });

  it('is not told by brackets in its texts', () => {
    const text = JSON.stringify({ document, product_tree: { note: `${'['.repeat(5_000_000)}\\"{` } });
    expect(parseCsaf(new TextEncoder().encode(text)).id).toBe('CVE-2024-0001');
  });
});
