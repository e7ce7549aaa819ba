// To be imported before a program: when it ends, it tells on stderr how much memory it held, in KiB.
import { peakKiB } from './peak-memory.ts';

process.on('exit', () => process.stderr.write(`peak ${peakKiB()}\n`));
