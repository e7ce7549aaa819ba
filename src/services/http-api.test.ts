import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problems } from './http/problem.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/http-api.md'), 'utf8');

describe('the page of the HTTP API', () => {
  it('has a row for each problem, with its status', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)]);
    expect(rows).toEqual(Object.entries(problems).map(([code, { status }]) => [code, status]));
  });

  it('tells every member of the JSON of v0.0.7', () => {
    const types = readFileSync(join(import.meta.dirname, 'seed/wire-types.ts'), 'utf8');
    const members = new Set([...types.matchAll(/readonly ([a-z_]+)\??:/g)].map(([, name = '']) => name));
    expect(members.size).toBeGreaterThan(40);
    expect([...members].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
