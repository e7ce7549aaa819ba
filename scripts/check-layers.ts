// The layer rule, with a floor: a run that saw fewer modules than there are sources has not checked anything.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string; readonly to: string }[];
  };
}

const run = spawnSync(
  process.execPath,
  [
    '--require',
    './scripts/swc-using-declarations.cjs',
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'src',
  ],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] },
);
if (!run.stdout.startsWith('{')) {
  console.error(run.stderr);
  process.exit(1);
}
const cruise = JSON.parse(run.stdout) as Cruise;
const seen = new Set(cruise.modules.map((module) => module.source));
const missing = globSync('src/**/*.ts').filter((file) => !seen.has(file));

for (const { rule, from, to } of cruise.summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
for (const file of missing) console.error(`not seen: ${file}`);
console.log(`layer rule: ${seen.size} modules seen, ${cruise.summary.violations.length} violations, ${missing.length} sources not seen`);
if (cruise.summary.violations.length > 0 || missing.length > 0 || seen.size === 0) process.exit(1);
