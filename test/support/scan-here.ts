import { run } from './run-in-process.ts';
import type { ReportJson } from './report.ts';

/** `scan --format json` in this process: what a proof of findings needs, without the start of a process. */
export async function scanHere(args: readonly string[]): Promise<ReportJson> {
  const { code, stdout, stderr } = await run(['scan', '--format', 'json', ...args]);
  if (code !== 0) throw new Error(`scan ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as ReportJson;
}
