import type { VulnerabilityReport } from '../../core/index.ts';
import type { CoverageLines } from './coverage-lines.ts';
import { printable } from './printable.ts';
import { truncate } from './wrap.ts';

/** A line for each release that is out of support: what its vendor does not tell any more cannot stand below. */
export function* endOfLifeLines(report: VulnerabilityReport, { width, paint }: CoverageLines): Generator<string> {
  const ended = report.index.diagnostics.filter(({ code }) => code === 'DISTRIBUTION_END_OF_LIFE');
  if (ended.length === 0) return;
  for (const { data } of ended) {
    const said = `! ${data['distribution']} is out of support since ${data['supportedUntil']}: no fixes for what was found later`;
    yield paint.style(truncate(printable(said), width), 'bold', 'yellow');
  }
  yield '';
}
