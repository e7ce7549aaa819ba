import type { ReportWriter } from '../contracts/index.ts';
import { jsonWriter, tableWriter } from '../reports/index.ts';

/** Every output format, sorted by id. */
export const reportWriters: readonly ReportWriter[] = [jsonWriter, tableWriter];
