import { createLanguageMatcher } from '../../../families/index.ts';
import { rustNamespace } from './namespace.ts';

export const rustMatcher = createLanguageMatcher({ id: 'rust-matcher', namespace: rustNamespace });
