import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { rubyNamespace } from './namespace.ts';

export const rubyUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'RubyGems', namespace: rubyNamespace, version: 1 });
