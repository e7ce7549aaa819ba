import type { LiveFile } from './live-files.ts';
import type { Reading } from './readings.ts';

/** The file as if it did not show the packages of these ids. */
export function withoutPackages(file: LiveFile, isLeftOut: (id: string) => boolean): LiveFile {
  const [first, ...others] = file.readings;
  const filtered = (reading: Reading): Reading => ({
    ...reading,
    packages: new Map([...reading.packages].filter(([id]) => !isLeftOut(id))),
  });
  return { ...file, readings: [filtered(first), ...others.map(filtered)] };
}
