import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareApk } from './compare.ts';
import { apkKey, apkKeyVersion } from './key.ts';
import { parseApk } from './parse.ts';
import type { ApkVersion } from './version.ts';

export type { ApkSuffix, ApkToken, ApkVersion } from './version.ts';

/** Versions of Alpine packages, in the order of apk-tools 3 and of the older data that it refuses. Every version has a key. */
export const apkScheme: VersionScheme<ApkVersion> = defineVersionScheme({
  id: 'apk',
  keyVersion: apkKeyVersion,
  parse: parseApk,
  compare: compareApk,
  key: apkKey,
});
