import { Option } from 'commander';
import { severities, type Severity } from '../../core/index.ts';
import type { LogLevel } from '../../runtime/index.ts';
import type { OptionFactory } from './define-option.ts';
import { enrichmentFeeds, reportFormats, type EnrichmentFeed, type FeedSource } from './option-types.ts';
import { parseDuration } from './parse-duration.ts';
import { parsePattern } from './parse-pattern.ts';
import { parsePlatform } from './parse-platform.ts';
import { registryOptions } from './registry-options.ts';

// Not imported as a value: the runtime room would bring its HTTP client into the start of --help.
const logLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];
const sorts = ['severity', 'risk', 'name'] as const;
const defaultFeedAge = 6 * 3_600_000;

const known: readonly Severity[] = severities.filter((severity) => severity !== 'Unknown');
const severityWords = known.map((severity) => severity.toLowerCase()).join(', ');
const parseKnownSeverity = (text: string): Severity | undefined => known.find((severity) => severity.toLowerCase() === text.toLowerCase());

export function commonOptions(make: OptionFactory): Option[] {
  return [
    make.text(
      '--db <file|url>',
      'database of advisories, postgres://USER@HOST/DATABASE or a file; index results are in it, of a file beside it',
    ),
    make.flag('-q, --quiet', 'no progress and no warnings on stderr'),
    make.choice('--log-level <level>', 'what to log to stderr', logLevels).default('warn'),
  ];
}

export function imageOptions(make: OptionFactory): Option[] {
  return [
    make.text('--index-db <file|url>', 'database of index results, where it is not that of --db'),
    make.value(
      '--platform <os/arch[/variant]>',
      'which variant of an image for several platforms',
      'os/architecture, e.g. linux/arm64',
      parsePlatform,
    ),
    ...registryOptions(make),
    statsOption(make),
  ];
}

export function statsOption(make: OptionFactory): Option {
  return make.text('--stats <file>', 'write what was read, and how long each step took, as JSON');
}

export function outputOption(make: OptionFactory): Option {
  return make.text('-o, --output <file>', 'write to a file instead of stdout; it appears when it is complete');
}

export function formatOption(make: OptionFactory): Option {
  return make.choice('-f, --format <format>', 'form of the output', reportFormats).default('table');
}

/** Index reports have one form; the option is there so that every command takes it. */
export function jsonFormatOption(): Option {
  return new Option('-f, --format <format>', 'form of the output: json').choices(['json']).default('json');
}

export function feedOptions(make: OptionFactory): Option[] {
  return [
    make.flag('--offline', 'use no network: only what is in the database, or a --feed-mirror that is a directory'),
    make.text('--feed-mirror <url|dir>', 'take every feed http(s)://HOST/PATH from <url|dir>/HOST/PATH'),
    make.list(
      '--feed-source <distribution=feed>',
      'choose among the feeds of a distribution (repeatable)',
      'distribution=feed',
      parseFeedSource,
    ),
    make.flag('--insecure', 'allow a feed mirror on another machine without TLS'),
  ];
}

export function enrichOption(make: OptionFactory): Option {
  const list = enrichmentFeeds.join(', ');
  return make.list(
    '--enrich <feeds>',
    `load what is known of CVEs besides, and add it to the report: ${list} (repeatable, or separated by commas)`,
    `any of ${list}`,
    (text): EnrichmentFeed | undefined => enrichmentFeeds.find((feed) => feed === text.toLowerCase()),
  );
}

export function maxFeedAgeOption(make: OptionFactory): Option {
  return make
    .value('--max-feed-age <age>', 'fetch feeds that were last confirmed longer ago', 'a duration such as 30m, 6h or 2d', parseDuration)
    .default(defaultFeedAge, '6h');
}

export function reportOptions(make: OptionFactory): Option[] {
  return [
    formatOption(make),
    outputOption(make),
    enrichOption(make),
    make.choice('--sort <order>', 'order of the findings in the table', sorts).default('severity'),
    make.value(
      '--fail-on <severity>',
      `end with 1 if there is a finding at least that severe: ${severityWords}`,
      `one of ${severityWords}`,
      parseKnownSeverity,
    ),
    make.value(
      '--unknown-as <severity>',
      'what findings of Unknown severity count as for --fail-on; else they are not counted',
      `one of ${severityWords}`,
      parseKnownSeverity,
    ),
    make.flag('--allow-incomplete', 'with --fail-on: do not end with 3 when coverage is incomplete'),
    maxFeedAgeOption(make),
  ];
}

export function onlyOption(make: OptionFactory): Option {
  return make.value(
    '--only <pattern>',
    'run only updaters of that name; * stands for any characters',
    'a pattern, e.g. alpine-*',
    parsePattern,
  );
}

function parseFeedSource(text: string): FeedSource | undefined {
  const match = /^([a-z0-9][a-z0-9._-]*)=([a-z0-9][a-z0-9._-]*)$/i.exec(text);
  const [, distribution = '', feed = ''] = match ?? [];
  return match === null ? undefined : { distribution, feed };
}
