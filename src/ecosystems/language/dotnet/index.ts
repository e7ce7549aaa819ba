import { definePlugin } from '../../../contracts/index.ts';
import { dotnetMatcher } from './matcher.ts';
import { dotnetUpdaterSet } from './updater.ts';

/** Packages of NuGet: their advisories. Nothing is scanned for them yet. */
export const dotnetPlugin = definePlugin({
  id: 'dotnet',
  version: 1,
  needs: ['versions/nuget'],
  updaterSets: [dotnetUpdaterSet],
  matchers: [dotnetMatcher],
});
