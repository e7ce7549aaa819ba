import { createOsvUpdaterSet } from '../../../families/osv/index.ts';
import { rockyOsvSource } from './osv-source.ts';

/** Rocky's advisories out of OSV's bucket: the usual source. */
export const rockyUpdaterSet = createOsvUpdaterSet('rocky', [rockyOsvSource]);
