import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../core/index.ts';
import { parseFlag } from './parse-flag.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Parse<T> = (text: string) => T | undefined;

/** The variable that gives an option where no flag does: `--feed-mirror` is `CLAIRCORE_FEED_MIRROR`. */
export function variableOf(option: Option): string {
  return `CLAIRCORE_${option.name().replaceAll('-', '_').toUpperCase()}`;
}

/** Makes options that are also read from the environment: a flag goes before its variable, a variable before the default. */
export class OptionFactory {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** An option with a value; `parse` gives undefined for what it cannot take. */
  value<T>(flags: string, description: string, expected: string, parse: Parse<T>): Option {
    return this.#withVariable(flags, description).argParser((text) => parsed(text, expected, parse));
  }

  text(flags: string, description: string): Option {
    return this.value(flags, description, 'a text that is not empty', (text) => text);
  }

  choice(flags: string, description: string, choices: readonly string[]): Option {
    const list = choices.join(', ');
    return this.value(flags, `${description}: ${list}`, `one of ${list}`, (text) =>
      choices.find((choice) => choice === text.toLowerCase()),
    );
  }

  /** An option that may be given several times; its variable takes several values separated by commas. */
  list<T>(flags: string, description: string, expected: string, parse: Parse<T>): Option {
    const given: T[] = [];
    const option = this.#withVariable(flags, description).default([], 'none');
    return option.argParser((text) => {
      for (const item of text.split(',')) given.push(parsed(item.trim(), expected, parse));
      return given;
    });
  }

  /** An option without a value. Its variable may also say no, which commander alone would take for yes. */
  flag(flags: string, description: string): Option {
    const option = new Option(flags, description);
    const variable = variableOf(option);
    const text = this.#environment[variable] ?? '';
    const isGiven = parseFlag(text);
    if (isGiven === false) return option;
    return option.env(variable).argParser(() => {
      if (isGiven === undefined) throw new UsageError('USAGE_OPTION', { variable, value: text, expected: '1 or 0' });
      return true;
    });
  }

  /** The option, read from another variable as well, where its own is not set. */
  alsoFrom(variable: string, option: Option): Option {
    const isGiven = (name: string): boolean => (this.#environment[name] ?? '') !== '';
    return isGiven(variableOf(option)) || !isGiven(variable) ? option : option.env(variable);
  }

  /** An empty variable counts as none. */
  #withVariable(flags: string, description: string): Option {
    const option = new Option(flags, description);
    const variable = variableOf(option);
    return this.#environment[variable] === '' ? option : option.env(variable);
  }
}

function parsed<T>(text: string, expected: string, parse: Parse<T>): T {
  const value = text === '' ? undefined : parse(text);
  if (value === undefined) throw new InvalidArgumentError(`Give ${expected}.`);
  return value;
}
