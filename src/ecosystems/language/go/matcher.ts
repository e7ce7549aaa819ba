import { createLanguageMatcher } from '../../../families/index.ts';
import { goNamespace } from './namespace.ts';

export const goMatcher = createLanguageMatcher({ id: 'go-matcher', namespace: goNamespace });
