import { createLanguageMatcher } from '../../../families/index.ts';
import { rubyNamespace } from './namespace.ts';

export const rubyMatcher = createLanguageMatcher({ id: 'ruby-matcher', namespace: rubyNamespace });
