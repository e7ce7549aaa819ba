import type { EntryHeader } from '../../../core/index.ts';

/** The smallest header of an executable. */
const leastBytes = 64;
/** Windows has no executable bit. */
const endings = ['.exe', '.dll'];

/** Whether a file is worth a look at its first bytes: it may be run, or has the name of what Windows runs. */
export function mayBeProgram(path: string, { size, mode }: EntryHeader): boolean {
  return size >= leastBytes && ((mode & 0o111) !== 0 || endings.some((ending) => path.endsWith(ending)));
}
