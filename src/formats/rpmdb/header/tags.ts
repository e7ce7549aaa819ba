/** The tags that are read, rpm's `rpmtag.h`. */
export const rpmTags = {
  headerSignatures: 62,
  headerImmutable: 63,
  sigPgp: 259,
  sigGpg: 262,
  dsaHeader: 267,
  rsaHeader: 268,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  installTime: 1008,
  vendor: 1011,
  arch: 1022,
  oldFileNames: 1027,
  fileModes: 1030,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  payloadDigest: 5092,
  payloadDigestAlgorithm: 5093,
  modularityLabel: 5096,
} as const;

export type RpmTag = (typeof rpmTags)[keyof typeof rpmTags];

/** The types of values that are read. */
export const rpmTypes = { int16: 3, int32: 4, string: 6, binary: 7, stringArray: 8, i18nString: 9 } as const;
