import type { BackgroundProgram } from './background-process.ts';

export const databasePort = 5434;
/** Role, password and database as claircore v0.0.7 had them. Only this machine can connect. */
export const connectionString = `postgres://claircore:claircore@127.0.0.1:${databasePort}/claircore?sslmode=disable`;

export const database: BackgroundProgram = {
  name: 'database',
  argv: ['scripts/dev-database.ts', 'run'],
  ready: /database is ready: \S+/,
};

const daemon = (name: 'libindex' | 'libvuln', port: number): BackgroundProgram => ({
  name: `${name}http`,
  argv: [
    'src/cli/main.ts',
    'serve',
    name,
    '--connection-string',
    connectionString,
    '--http-listen-addr',
    `127.0.0.1:${port}`,
    // A registry or a file server of this machine may serve layers.
    ...(name === 'libindex' ? ['--allow-layer-host', '127.0.0.1', '--allow-layer-host', 'localhost'] : []),
  ],
  ready: /lib\w+ listens on \S+/,
});

export const daemons = { libindex: daemon('libindex', 8080), libvuln: daemon('libvuln', 8081) } as const;
