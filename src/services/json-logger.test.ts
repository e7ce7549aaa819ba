import { describe, expect, it } from 'vitest';
import { InputError, StoreError } from '../core/index.ts';
import { fixedClock, logLevels } from '../runtime/index.ts';
import { JsonLogger, serviceLogLevels, type ServiceLogLevel } from './json-logger.ts';

function lines(level: ServiceLogLevel, write: (logger: JsonLogger) => void): readonly Record<string, unknown>[] {
  const written: string[] = [];
  write(new JsonLogger({ write: (line) => written.push(line), level, clock: fixedClock(new Date('2026-01-02T03:04:05Z')) }));
  expect(written.every((line) => line.endsWith('\n') && line.trimEnd().split('\n').length === 1)).toBe(true);
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('JsonLogger', () => {
  it('writes one object a line, what is fixed first', () => {
    const [line] = lines('info', (logger) => logger.log('info', 'hello', { b: 'x\ny', a: 1, time: 'no', none: undefined, list: [1] }));
    expect(line).toEqual({
      time: '2026-01-02T03:04:05.000Z',
      level: 'info',
      message: 'hello',
      b: 'x\ny',
      a: 1,
      list: [1],
    });
    expect(Object.keys(line ?? {}).slice(0, 3)).toEqual(['time', 'level', 'message']);
  });

  it.each<[ServiceLogLevel, number]>([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['fatal', 0],
    ['panic', 0],
  ])('at %s lets %d of the four levels through', (level, count) => {
    expect(lines(level, (logger) => logLevels.forEach((one) => logger.log(one, 'x'))).length).toBe(count);
    expect(serviceLogLevels).toContain(level);
  });

  it('tells the causes of an error, and a stack only of what nobody threw on purpose', () => {
    const error = new StoreError(
      'STORE_OPEN',
      { path: 'x' },
      { cause: new InputError('TAR_CORRUPT', {}, { cause: new TypeError('deep') }) },
    );
    const [line] = lines('info', (logger) => logger.log('error', 'failed', { error }));
    expect(line?.['error']).toEqual({
      code: 'STORE_OPEN',
      message: 'the database cannot be opened',
      data: { path: 'x' },
      causes: [
        { code: 'TAR_CORRUPT', message: expect.any(String) as string, data: {} },
        { message: 'deep', stack: expect.stringContaining('TypeError: deep') as string },
      ],
    });
  });

  it('survives an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(lines('info', (logger) => logger.log('error', 'failed', { error })).length).toBe(1);
  });
});
