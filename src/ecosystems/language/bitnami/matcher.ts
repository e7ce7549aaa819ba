import { createLanguageMatcher } from '../../../families/index.ts';
import { bitnamiNamespace } from './namespace.ts';

/** For what index reports of others list. */
export const bitnamiMatcher = createLanguageMatcher({ id: 'bitnami-matcher', namespace: bitnamiNamespace });
