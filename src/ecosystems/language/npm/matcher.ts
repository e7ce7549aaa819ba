import { createLanguageMatcher } from '../../../families/index.ts';
import { npmNamespace } from './namespace.ts';

export const npmMatcher = createLanguageMatcher({ id: 'npm-matcher', namespace: npmNamespace });
