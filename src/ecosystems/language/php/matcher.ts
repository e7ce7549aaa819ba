import { createLanguageMatcher } from '../../../families/index.ts';
import { phpNamespace } from './namespace.ts';

/** For what index reports of others list. */
export const phpMatcher = createLanguageMatcher({ id: 'php-matcher', namespace: phpNamespace });
