import type { Ecosystem, Matcher } from '../contracts/index.ts';
import { plugins } from './plugins.ts';

/** What finds packages: for `Libindex`. */
export const defaultEcosystems: readonly Ecosystem[] = plugins.flatMap(({ ecosystem }) => ecosystem ?? []);

/** What matches them: for `Libvuln`. */
export const defaultMatchers: readonly Matcher[] = plugins.flatMap(({ matchers }) => matchers ?? []);
