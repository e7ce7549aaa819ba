import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { dotnetNamespace } from './namespace.ts';

/** Names are the same in any case there. */
const nameOf = (name: string): string => name.toLowerCase();

export const dotnetUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'NuGet', namespace: dotnetNamespace, version: 1, nameOf });
