import { createLanguageMatcher } from '../../../families/index.ts';
import { pythonNamespace } from './namespace.ts';

export const pythonMatcher = createLanguageMatcher({ id: 'python-matcher', namespace: pythonNamespace });
