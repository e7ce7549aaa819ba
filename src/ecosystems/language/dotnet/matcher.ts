import { createLanguageMatcher } from '../../../families/index.ts';
import { dotnetNamespace } from './namespace.ts';

/** For what index reports of others list. */
export const dotnetMatcher = createLanguageMatcher({ id: 'dotnet-matcher', namespace: dotnetNamespace });
