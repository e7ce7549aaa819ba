const encoder = new TextEncoder();

/** A body, piece by piece: larger than a test wants to hold. */
type Body = () => Generator<Uint8Array>;

export interface FeedBomb {
  readonly feed: 'vex' | 'oval';
  readonly body: Body;
  /** `read`, or the code of the error; with the reasons of what was skipped. */
  readonly outcome: string;
}

const repeated = (text: string, bytes: number): Body =>
  function* () {
    const piece = encoder.encode(text.repeat(Math.max(1, Math.floor(65_536 / text.length))));
    for (let done = 0; done < bytes; done += piece.length) yield piece;
  };

const texts = (...parts: readonly (string | Body)[]): Body =>
  function* () {
    for (const part of parts) {
      if (typeof part === 'string') yield encoder.encode(part);
      else yield* part();
    }
  };

/** In pieces of the size in which bodies come. */
const numbered = (count: number, make: (number: number) => string): Body =>
  function* () {
    let piece = '';
    for (let number = 0; number < count; number += 1) {
      piece += make(number);
      if (piece.length < 65_536 && number < count - 1) continue;
      yield encoder.encode(piece);
      piece = '';
    }
  };

const MB = 1_000_000;
const definition = (id: number, criteria: string): string =>
  `<definition id="oval:x:def:${id}"><metadata><title>t</title><advisory><cve>CVE-2024-0001</cve><affected_cpe_list><cpe>cpe:/o:redhat:enterprise_linux:8</cpe></affected_cpe_list></advisory></metadata>${criteria}</definition>`;
const document = (definitions: Body | string, tests: Body | string = ''): Body =>
  texts('<oval_definitions><definitions>', definitions, '</definitions><tests>', tests, '</tests></oval_definitions>');
const inAnd = (part: Body): Body =>
  texts(
    '<oval_definitions><definitions><definition id="d"><metadata/><criteria>',
    part,
    '</criteria></definition></definitions></oval_definitions>',
  );
const criterion = '<criterion test_ref="oval:x:tst:1" comment="c"/>';
/** A product tree, and a vulnerability: what is deep or many stands in it. */
const vexOf = (inside: string | Body): Body => texts('{"document":{"tracking":{"id":"x"}},"product_tree":', inside);

export const feedBombs: Readonly<Record<string, FeedBomb>> = {
  'OVAL nested beyond all measure': { feed: 'oval', body: inAnd(repeated('<criteria>', 50 * MB)), outcome: 'FEED_MALFORMED' },
  'OVAL with a definition that has no end': { feed: 'oval', body: inAnd(repeated(criterion, 300 * MB)), outcome: 'LIMIT_READ' },
  'OVAL with a text that has no end': { feed: 'oval', body: inAnd(repeated('x', 100 * MB)), outcome: 'LIMIT_READ' },
  'OVAL with a comment that has no end': { feed: 'oval', body: texts('<a><!-- ', repeated('x', 100 * MB)), outcome: 'LIMIT_READ' },
  'OVAL with entities that multiply': {
    feed: 'oval',
    body: texts('<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><oval_definitions>&b;</oval_definitions>'),
    outcome: 'FEED_MALFORMED',
  },
  'OVAL with a million tests that each definition asks for': {
    feed: 'oval',
    body: document(
      numbered(1000, (number) =>
        definition(
          number,
          `<criteria operator="OR">${Array.from({ length: 1000 }, (_, index) => criterion.replace(':1"', `:${number * 1000 + index}"`)).join('')}</criteria>`,
        ),
      ),
      numbered(1_000_000, (number) => `<rpminfo_test id="oval:x:tst:${number}"><object object_ref="oval:x:obj:${number}"/></rpminfo_test>`),
    ),
    outcome: 'read test-missing',
  },
  'OVAL with ids that are no ids, without end': {
    feed: 'oval',
    body: document(
      numbered(3_000_000, (number) => definition(number, `<criteria><criterion test_ref="${number}x" comment=""/></criteria>`)),
    ),
    outcome: 'LIMIT_READ',
  },
  'OVAL in which definitions extend each other': {
    feed: 'oval',
    body: document(
      numbered(1000, (number) =>
        definition(number, `<criteria><extend_definition definition_ref="oval:x:def:${(number + 1) % 1000}"/></criteria>`),
      ),
    ),
    outcome: 'read test-missing',
  },
  'OVAL in which everything is any of all': {
    feed: 'oval',
    body: inAnd(repeated(`<criteria operator="OR">${criterion.repeat(50)}</criteria>`, 2 * MB)),
    outcome: 'read criteria',
  },
  'VEX nested beyond all measure': { feed: 'vex', body: vexOf(repeated('[', 60 * MB)), outcome: 'read skipped' },
  'VEX of nothing but objects': { feed: 'vex', body: vexOf(repeated('{},', 60 * MB)), outcome: 'read skipped' },
  'VEX larger than any': { feed: 'vex', body: vexOf(repeated('"x",', 70 * MB)), outcome: 'LIMIT_READ' },
};
