import { readFileSync } from 'node:fs';

/** The most memory that this process ever held, KiB. What a child is told of itself by getrusage(2) begins with what its parent held. */
export function peakKiB(): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
