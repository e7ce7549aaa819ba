import { defineReportWriter } from '../contracts/index.ts';
import { encodeVulnerabilityReport } from './wire/index.ts';

/** For programs: Clair v4's VulnerabilityReport with verdicts, coverage and diagnostics beside. Its order is fixed: `sort` has no say. */
export const jsonWriter = defineReportWriter({
  id: 'json',
  write: (report) => encodeVulnerabilityReport(report),
});
