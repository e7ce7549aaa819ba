// A process that is given hostile images, one after another, and tells what became of each and how much memory that took.
// It is a process of its own so that a crash, a hang and its memory show.
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ClaircoreError, defaultLimits, type Limits } from '../../src/core/index.ts';
import { defaultEcosystems, openImage } from '../../src/defaults/index.ts';
import { MemoryIndexerStore } from '../../src/testing/index.ts';
import { Libindex } from '../../src/libindex/index.ts';
import { createLayerEngine } from '../../src/image/layer/index.ts';
import { randomSource } from './edge-cases.ts';
import { placesOf } from './library.ts';
import { peakKiB } from './peak-memory.ts';

export interface DamageJob {
  readonly reference: string;
  readonly limits?: Partial<Limits>;
  /** Of the file at `reference`, damaged copies in turn; the image itself if absent. */
  readonly damage?:
    | { readonly kind: 'flip'; readonly count: number; readonly seed: number }
    | { readonly kind: 'truncate'; readonly count: number };
}

/** What became of one image: its packages, or a coded error. `FOREIGN` is an error that is not one of ours. */
export interface DamageOutcome {
  readonly job: number;
  /** Where it was damaged: bytes from the start. */
  readonly at?: number;
  readonly code: string;
  readonly text?: string;
  readonly places?: readonly string[];
  readonly diagnostics?: readonly string[];
}

export interface DamageSummary {
  readonly outcomes: readonly DamageOutcome[];
  /** KiB of memory at the peak. */
  readonly peak: number;
}

async function judge(job: number, reference: string, limits: Partial<Limits> | undefined, at?: number): Promise<DamageOutcome> {
  const place = { job, ...(at !== undefined && { at }) };
  let cause: unknown;
  try {
    await using image = await openImage(reference, { ecosystems: defaultEcosystems });
    const all: Limits = { ...defaultLimits, ...limits };
    await using libindex = await Libindex.open({
      store: new MemoryIndexerStore(),
      engine: createLayerEngine({ limits: all }),
      ecosystems: defaultEcosystems,
      limits: all,
      logger: { log: (_level, _message, attributes) => void (cause = attributes?.['error']) },
    });
    const report = await libindex.index(image.manifest);
    if (!report.success)
      return { ...place, code: report.errCode ?? 'NONE', text: report.errCode === 'INTERNAL' ? inFull(cause) : report.err };
    return { ...place, code: '', places: placesOf(report), diagnostics: [...new Set(report.diagnostics.map(({ code }) => code))] };
  } catch (error) {
    if (isOurs(error)) return { ...place, code: error.code, text: JSON.stringify(error.data) };
    return { ...place, code: 'FOREIGN', text: inFull(error) };
  }
}

/** `instanceof` alone leaves the code of a generic class without a type. */
function isOurs(error: unknown): error is ClaircoreError {
  return error instanceof ClaircoreError;
}

/** For whoever has to mend it. */
function inFull(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function* runJob(index: number, { reference, limits, damage }: DamageJob): AsyncGenerator<DamageOutcome> {
  if (damage === undefined) {
    yield await judge(index, reference, limits);
    return;
  }
  const original = readFileSync(reference);
  const next = randomSource(damage.kind === 'flip' ? damage.seed : 0);
  const copy = `${reference}.damaged`;
  for (let turn = 0; turn < damage.count; turn += 1) {
    const at = damage.kind === 'flip' ? next() % original.length : Math.floor((original.length * turn) / damage.count);
    if (damage.kind === 'truncate') writeFileSync(copy, original.subarray(0, at));
    else writeFileSync(copy, flipped(original, at, next() % 8));
    yield await judge(index, copy, limits, at);
  }
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

const jobs = JSON.parse(await text(process.stdin)) as readonly DamageJob[];
const outcomes: DamageOutcome[] = [];
for (const [index, job] of jobs.entries()) for await (const outcome of runJob(index, job)) outcomes.push(outcome);
process.stdout.write(JSON.stringify({ outcomes, peak: peakKiB() } satisfies DamageSummary));
