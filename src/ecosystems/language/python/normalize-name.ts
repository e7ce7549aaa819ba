/** PEP 503: lower case, and runs of `-`, `_` and `.` are one `-`. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
