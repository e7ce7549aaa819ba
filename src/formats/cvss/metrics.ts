/** One metric of a CVSS version: its name, the values that it can have, and where it counts. */
export interface CvssMetric {
  readonly name: string;
  readonly values: readonly string[];
  readonly group: 'base' | 'temporal' | 'environmental' | 'supplemental';
}

export const cvssVersions = ['4.0', '3.1', '3.0', '2.0'] as const;
export type CvssVersion = (typeof cvssVersions)[number];

/** `AV:NAL AC:HML`: metrics whose values are one letter each; with commas where they are longer. */
function metrics(group: CvssMetric['group'], text: string): readonly CvssMetric[] {
  return text.split(' ').map((each) => {
    const [name = '', values = ''] = each.split('=');
    return { name, values: values.split(values.includes(',') ? ',' : ''), group };
  });
}

/** A Complete Guide to CVSS v2.0, 2.4. */
const version2 = [
  ...metrics('base', 'AV=LAN AC=HML Au=MSN C=NPC I=NPC A=NPC'),
  ...metrics('temporal', 'E=U,POC,F,H,ND RL=OF,TF,W,U,ND RC=UC,UR,C,ND'),
  ...metrics('environmental', 'CDP=N,L,LM,MH,H,ND TD=N,L,M,H,ND CR=L,M,H,ND IR=L,M,H,ND AR=L,M,H,ND'),
];

/** CVSS v3.1 specification, table 15; the same in v3.0. */
const version3 = [
  ...metrics('base', 'AV=NALP AC=LH PR=NLH UI=NR S=UC C=HLN I=HLN A=HLN'),
  ...metrics('temporal', 'E=XHFPU RL=XUWTO RC=XCRU'),
  ...metrics('environmental', 'CR=XHML IR=XHML AR=XHML MAV=XNALP MAC=XLH MPR=XNLH MUI=XNR MS=XUC MC=XNLH MI=XNLH MA=XNLH'),
];

/** CVSS v4.0 specification, table 23. What v3 calls temporal is called threat there. */
const version4 = [
  ...metrics('base', 'AV=NALP AC=LH AT=NP PR=NLH UI=NPA VC=HLN VI=HLN VA=HLN SC=HLN SI=HLN SA=HLN'),
  ...metrics('temporal', 'E=XAPU'),
  ...metrics(
    'environmental',
    'CR=XHML IR=XHML AR=XHML MAV=XNALP MAC=XLH MAT=XNP MPR=XNLH MUI=XNPA MVC=XHLN MVI=XHLN MVA=XHLN MSC=XHLN MSI=XSHLN MSA=XSHLN',
  ),
  ...metrics('supplemental', 'S=XNP AU=XNY R=XAUI V=XDC RE=XLMH U=X,Clear,Green,Amber,Red'),
];

/** The metrics of each version in the order of its specification. */
export const cvssMetrics: Readonly<Record<CvssVersion, readonly CvssMetric[]>> = {
  '2.0': version2,
  '3.0': version3,
  '3.1': version3,
  '4.0': version4,
};

/** "Not defined": counts as if the metric were not there. */
export const notDefined: Readonly<Record<CvssVersion, string>> = { '2.0': 'ND', '3.0': 'X', '3.1': 'X', '4.0': 'X' };
