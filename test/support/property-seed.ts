import { configureGlobal } from 'fast-check';

/** Property tests draw the same cases on every machine, so that a red run is one that anybody can have again; CLAIRCORE_PROPERTY_SEED draws others. */
configureGlobal({ seed: Number(process.env['CLAIRCORE_PROPERTY_SEED'] ?? 1_700_000_000) });
