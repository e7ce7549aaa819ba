/**
 * The two daemons on the development database, from the sources: libindex on 127.0.0.1:8080, libvuln on 127.0.0.1:8081.
 *
 *   node scripts/local-dev.ts up|down|logs [--follow]
 *   node scripts/local-dev.ts restart libindex|libvuln
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, logOf, startProgram, stopProgram, type BackgroundProgram } from './dev/background-process.ts';
import { daemons, database } from './dev/programs.ts';

const all: readonly BackgroundProgram[] = [database, daemons.libindex, daemons.libvuln];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function up(programs: readonly BackgroundProgram[]): Promise<void> {
  for (const program of programs) say(await startProgram(program));
}

async function down(programs: readonly BackgroundProgram[]): Promise<void> {
  for (const program of programs.toReversed()) if (await stopProgram(program)) say(`${program.name} stopped`);
}

async function logs(isFollowed: boolean): Promise<void> {
  for (const { name } of all) say(`--- ${name}: ${logOf(name)}\n${lastLines(logOf(name), 20)}`);
  const told = new Map(all.map(({ name }) => [name, sizeOf(name)]));
  if (!isFollowed) return;
  for (;;) {
    await sleep(500);
    for (const { name } of all) {
      const size = sizeOf(name);
      const from = Math.min(told.get(name) ?? 0, size);
      if (size > from) process.stdout.write(readPart(name, from, size - from).replaceAll(/^(?=.)/gm, `${name} | `));
      told.set(name, size);
    }
  }
}

function sizeOf(name: string): number {
  return existsSync(logOf(name)) ? statSync(logOf(name)).size : 0;
}

function readPart(name: string, from: number, length: number): string {
  const file = openSync(logOf(name), 'r');
  try {
    const part = Buffer.alloc(length);
    return part.subarray(0, readSync(file, part, 0, length, from)).toString();
  } finally {
    closeSync(file);
  }
}

const [command, argument] = process.argv.slice(2);
if (command === 'up') await up(all);
else if (command === 'down') await down(all);
else if (command === 'logs') await logs(argument === '--follow');
else if (command === 'restart' && (argument === 'libindex' || argument === 'libvuln')) {
  await down([daemons[argument]]);
  await up([database, daemons[argument]]);
} else {
  process.stderr.write('usage: node scripts/local-dev.ts up|down|logs [--follow]|restart libindex|libvuln\n');
  process.exitCode = 2;
}
