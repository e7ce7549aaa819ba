import { describe, expect, it } from 'vitest';
import { imageForms } from '../support/image-forms.ts';
import { judgeImages } from '../support/run-damage.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { smallLayers, smallPlaces } from '../support/small-image.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const counts = isFull ? { flips: 1000, cuts: 200, timeout: 600_000 } : { flips: 40, cuts: 20, timeout: 60_000 };
const seed = Number(process.env['CLAIRCORE_SEED'] ?? 1);

const isArchive = imageForms.filter(({ scheme }) => scheme !== 'oci-dir');
const few = ['docker-classic', 'docker-classic-whole-gzip', 'oci-archive-gzip', 'oci-archive-zstd', 'oci-archive-mixed'];
const forms = isFull ? isArchive : isArchive.filter(({ id }) => few.includes(id));

// Whatever counts in an image is named by a digest: a damaged one gives either an error or just what the whole one gives.
describe('a damaged archive gives a coded error, or the same packages', () => {
  it.each(forms)('$id', { timeout: counts.timeout }, async (form) => {
    using scratch = scratchDirectory();
    const reference = form.write(scratch.path, smallLayers);
    const jobs = [
      { reference },
      { reference, damage: { kind: 'truncate', count: counts.cuts } },
      { reference, damage: { kind: 'flip', count: counts.flips, seed } },
    ] as const;
    const outcomes = await judgeImages(scratch.path, jobs, counts.timeout - 5000);
    expect(outcomes).toHaveLength(1 + counts.cuts + counts.flips);
    expect(outcomes[0]).toMatchObject({ code: '', places: smallPlaces });
    const good = outcomes.filter(({ code }) => code === '');
    for (const outcome of good) expect(outcome).toMatchObject({ places: smallPlaces });
    // The end mark and padding may go; nothing else.
    expect(outcomes.filter(({ job, code }) => job === 1 && code === '').length).toBeLessThan(counts.cuts / 4);
    expect(new Set(outcomes.map(({ code }) => code)).size).toBeGreaterThan(1);
  });
});
