import type { IndexState } from '../core/index.ts';
import type { StateFunction } from './index-context.ts';
import { checkManifest } from './states/check-manifest.ts';
import { coalesce } from './states/coalesce.ts';
import { fetchLayers } from './states/fetch-layers.ts';
import { indexError } from './states/index-error.ts';
import { indexFinished } from './states/index-finished.ts';
import { indexManifest } from './states/index-manifest.ts';
import { scanLayers } from './states/scan-layers.ts';

/** The machine: CheckManifest → FetchLayers → ScanLayers → Coalesce → IndexManifest → IndexFinished; IndexError can follow any. */
export const transitions: Readonly<Record<IndexState, StateFunction>> = Object.freeze({
  CheckManifest: checkManifest,
  FetchLayers: fetchLayers,
  ScanLayers: scanLayers,
  Coalesce: coalesce,
  IndexManifest: indexManifest,
  IndexFinished: indexFinished,
  IndexError: indexError,
});
