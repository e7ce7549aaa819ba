import { createLanguageMatcher } from '../../../families/index.ts';
import { javaNamespace } from './namespace.ts';

export const javaMatcher = createLanguageMatcher({ id: 'java-matcher', namespace: javaNamespace });
