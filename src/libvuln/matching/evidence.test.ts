import { expect, it } from 'vitest';
import type { AffectedRow } from '../../contracts/index.ts';
import type { Environment, LayerDigest } from '../../core/index.ts';
import { fakePackage } from '../../testing/fake-matcher-report.ts';
import { evidenceOf } from './evidence.ts';

const place: Environment = { packageDb: 'app.war', introducedIn: `sha256:${'0'.repeat(64)}` as LayerDigest, repositoryIds: [] };
const found = fakePackage({ name: 'org.demo:library', version: '1', places: [] });
const row: AffectedRow = {
  query: 0,
  advisory: 0,
  updater: 'feed',
  operation: '',
  part: '',
  name: 'CVE-1',
  aliases: [],
  issued: '',
  record: { url: 'https://feed.example/', pointer: '' },
  namespace: 'maven',
  package: { name: found.name, kind: 'binary', module: '', arch: '', archOperation: '' },
  range: {},
  exact: true,
  status: 'affected',
  fixState: 'unknown',
  severity: '',
  normalizedSeverity: 'Unknown',
};

it.each([
  [{ ...place, archive: { sha1: 'a'.repeat(40), inner: 'lib/library.jar' } }, 'a'.repeat(40)],
  [place, undefined],
])('names the archive that shows the package by its SHA-1, where one does', (environment, sha1) => {
  const by = {
    record: { package: found, environment },
    row,
    namespace: { key: 'maven', scheme: 'maven' },
    subject: { kind: 'binary', name: found.name, version: '1' },
    judgement: { kind: 'affected', isCompared: false },
    notes: [],
  } as const;
  const evidence = evidenceOf({ package: found, name: row.name, by, besides: [], rated: by });
  expect(evidence.sha1).toBe(sha1);
  expect('sha1' in evidence).toBe(sha1 !== undefined);
});
