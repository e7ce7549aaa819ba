import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rustScanner } from './scanner.ts';

/** Crates in programs of Rust, listed; their advisories come later. */
export const rustPlugin = definePlugin({
  id: 'rust',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({ id: 'rust', packageScanners: [rustScanner], distributionScanners: [], repositoryScanners: [] }),
});
