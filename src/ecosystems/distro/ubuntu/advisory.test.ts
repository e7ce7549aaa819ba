import { describe, expect, it } from 'vitest';
import type { OvalVerdict } from '../../../families/index.ts';
import { cveOvalUrls, ubuntuProfile } from './advisory.ts';
import type { Audience } from './series.ts';

const series = { versionId: '22.04', codename: 'jammy' };
const definition = {
  id: 'oval:com.ubuntu.jammy:def:1',
  class: 'vulnerability',
  title: '',
  description: '',
  platforms: ['Ubuntu 22.04 LTS'],
  references: [],
  severity: 'Medium',
  issued: '',
  updated: '',
  cves: [],
  links: [],
  patchable: '',
};

function verdict(comment: string, fixed?: string, audience: Audience = 'everybody'): OvalVerdict | undefined {
  const profile = ubuntuProfile({ series, audience });
  return profile.verdictOf({ definition, word: profile.wordOf(comment), range: fixed === undefined ? {} : { fixed } });
}

const affected = (fixState: OvalVerdict['fixState'], fixed?: string): OvalVerdict => ({
  range: fixed === undefined ? {} : { fixed },
  status: 'affected',
  fixState,
});
const undetermined = { range: {}, status: 'undetermined', fixState: 'unknown' };
const notAffected = { range: {}, status: 'not_affected', fixState: 'unknown' };

// The sentences of Canonical's generator, one for each status of its tracker; SOURCE.md says where they stand.
describe('what a criterion says', () => {
  it.each<[string, string | undefined, unknown]>([
    [
      "openssh package in jammy was vulnerable but has been fixed (note: '1:8.9p1-3ubuntu0.5').",
      '1:8.9p1-3ubuntu0.5',
      affected('fixed', '1:8.9p1-3ubuntu0.5'),
    ],
    ["libssh package in jammy was vulnerable but has been fixed (note: '0.9.6-2').", '0:0.9.6-2', affected('fixed', '0.9.6-2')],
    [
      "zlib package in jammy, is related to the CVE in some way and has been fixed (note: '1:1.2-1').",
      '1:1.2-1',
      affected('fixed', '1:1.2-1'),
    ],
    ['firefox package in jammy was vulnerable and has been fixed, but no release version available for it.', undefined, undetermined],
    ['tar package in jammy is affected and needs fixing.', undefined, affected('not-fixed')],
    ["tar package in jammy is affected and may need fixing (note: '2024-01-01').", undefined, affected('under-investigation')],
    [
      "tar package in jammy is affected, but a decision has been made to defer addressing it (note: '2024-01-01').",
      undefined,
      affected('deferred'),
    ],
    ['tar package in jammy is affected, but a decision has been made to defer addressing it.', undefined, affected('deferred')],
    [
      "grub2 package in jammy is affected. An update containing the fix has been completed and is pending publication (note: '2.06-2').",
      '0:2.06-2',
      affected('not-fixed', '2.06-2'),
    ],
    [
      'grub2 package in jammy is affected. An update containing the fix has been completed and is pending publication.',
      undefined,
      affected('not-fixed'),
    ],
    [
      "apache2: while related to the CVE in some way, a decision has been made to ignore this issue (note: 'code-not-compiled').",
      undefined,
      affected('will-not-fix'),
    ],
    [
      "apache2: while related to the CVE in some way, a decision has been made to ignore this issue (note: 'end of life, was needed').",
      undefined,
      affected('end-of-life'),
    ],
    [
      "linux: while related to the CVE in some way, a decision has been made to ignore this issue (note: 'end of kernel support').",
      undefined,
      affected('end-of-life'),
    ],
    ['tar package in jammy, while related to the CVE in some way, is not affected.', undefined, notAffected],
    ['tar package does not exist in jammy.', undefined, notAffected],
    ["tar package in jammy has a vulnerability that is not known (status: 'odd'). It is pending evaluation.", undefined, undetermined],
    // its first version
    [
      "The vulnerability of the 'brotli' package in xenial is not known (status: 'needs-triage'). It is pending evaluation.",
      undefined,
      undetermined,
    ],
    ["The 'php-openid' package in trusty is affected and needs fixing.", undefined, affected('not-fixed')],
    // names and notes may say anything
    [
      "python-gitignore package in jammy is affected and needs fixing (note: 'not affected, does not exist').",
      undefined,
      affected('not-fixed'),
    ],
    ['gitignore-to-ignore package in jammy is affected and needs fixing.', undefined, affected('not-fixed')],
    ['', undefined, affected('not-fixed')],
  ])('%s', (comment, fixed, wanted) => {
    expect(verdict(comment, fixed)).toEqual(wanted);
  });

  it('says nothing where its test holds for no version', () => {
    const profile = ubuntuProfile({ series, audience: 'everybody' });
    expect(profile.verdictOf({ definition, word: 'fixed', range: undefined })).toBeUndefined();
  });
});

describe('fixes that only Ubuntu Pro has', () => {
  it.each<[string, string]>([
    ["python3-asyncssh package in jammy was vulnerable but has been fixed (note: '2.5.0-1ubuntu0.1~esm1').", '0:2.5.0-1ubuntu0.1~esm1'],
    ["openssl package in jammy was vulnerable but has been fixed (note: '1.0.1f-1ubuntu2.27+esm11').", '0:1.0.1f-1ubuntu2.27+esm11'],
    ["linux package in esm-infra/jammy was vulnerable but has been fixed (note: '4.4.0-264.298').", '0:4.4.0-264.298'],
    ["curl package in esm-infra-legacy/jammy was vulnerable but has been fixed (note: '7.1-1').", '0:7.1-1'],
  ])('%s', (comment, fixed) => {
    expect(verdict(comment, fixed)).toEqual(affected('not-fixed'));
    expect(verdict(comment, fixed, 'pro')).toEqual(affected('fixed', fixed.slice(2)));
  });

  it('are told to nobody else while they are pending', () => {
    const comment =
      "a package in jammy is affected. An update containing the fix has been completed and is pending publication (note: '1~esm1').";
    expect(verdict(comment, '0:1~esm1')).toEqual(affected('not-fixed'));
    expect(verdict(comment, '0:1~esm1', 'pro')).toEqual(affected('not-fixed', '1~esm1'));
  });

  it('leaves alone what is not fixed and what everybody has', () => {
    expect(verdict('tar package in esm-apps/jammy is affected and needs fixing.')).toEqual(affected('not-fixed'));
    expect(verdict("tar package in jammy was vulnerable but has been fixed (note: '1-1').", '0:1-1', 'pro')).toEqual(
      affected('fixed', '1-1'),
    );
  });
});

describe('what a document asks besides', () => {
  const profile = ubuntuProfile({ series, audience: 'everybody' });

  it.each([
    'Ubuntu 22.04 LTS is installed.',
    'Ubuntu 18.04 LTS (bionic) is installed.',
    'Ubuntu Pro FIPS-updates 22.04 LTS is installed.',
    'Ubuntu 24.10 is installed.',
  ])('takes for granted: %s', (comment) => expect(profile.recognise(comment)).toEqual({ kind: 'signature' }));

  it.each(['Is kernel linux-aws-5.15 running?', 'The host is part of the unix family.', 'The host is running Ubuntu jammy'])(
    'is of no image: %s',
    (comment) => {
      const found = profile.recognise(comment);
      expect(found?.kind === 'platform' && profile.namespacesOf([found.platform], definition)).toEqual([]);
    },
  );

  it('takes nothing else for a question about the machine', () => {
    expect(profile.recognise('ubuntu-is-installed package in jammy is affected and needs fixing.')).toBeUndefined();
    expect(profile.namespacesOf(undefined, definition).map(({ key }) => key)).toEqual(['ubuntu:22.04']);
  });
});

describe('where documents are', () => {
  it('prefers those of ESM for who has it, and takes the release’s own where there are none', () => {
    const names = (audience: Audience) =>
      cveOvalUrls({ series, audience }).map((url) => /com\.ubuntu\.(.*)\.cve\.oval\.xml\.bz2$/.exec(url)?.[1]);
    expect(names('everybody')).toEqual(['jammy']);
    expect(names('pro')).toEqual(['esm-apps_jammy', 'esm-infra_jammy', 'jammy']);
  });
});
