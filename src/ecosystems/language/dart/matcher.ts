import { createLanguageMatcher } from '../../../families/index.ts';
import { dartNamespace } from './namespace.ts';

export const dartMatcher = createLanguageMatcher({ id: 'dart-matcher', namespace: dartNamespace });
