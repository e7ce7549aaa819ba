import type { Severity } from '../../core/index.ts';

/** ECMA-48 select graphic rendition; the reports room has no Node.js, so not its `styleText`. */
const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  brightRed: [91, 39],
} as const;
type Style = keyof typeof styles;

const severityStyles: Readonly<Record<Severity, readonly Style[]>> = {
  Critical: ['bold', 'brightRed'],
  High: ['red'],
  Medium: ['yellow'],
  Low: ['blue'],
  Negligible: ['dim'],
  Unknown: ['dim'],
};

/** Colours text, or leaves it as it is. */
export interface Paint {
  style(text: string, ...names: readonly Style[]): string;
  severity(text: string, severity: Severity): string;
}

const colored: Paint = {
  style: (text, ...names) =>
    text === '' ? '' : names.reduce((inner, name) => `\x1b[${styles[name][0]}m${inner}\x1b[${styles[name][1]}m`, text),
  severity: (text, severity) => colored.style(text, ...severityStyles[severity]),
};

const plain: Paint = { style: (text) => text, severity: (text) => text };

export function createPaint(isColored: boolean): Paint {
  return isColored ? colored : plain;
}
