// A process that loads a feed and kills itself, as SIGKILL does, the moment it gets to a given point.
// Arguments: database (a file, or postgres://…), mirror, point (the kind of an event), lease (ms).
import { openLibvuln } from '../../src/defaults/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';

const [db = '', mirror = '', point = '', lease = ''] = process.argv.slice(2);
await using feeds = createFeedClient({ mirror });
const dataStore = db.startsWith('postgres:')
  ? ({ dataStore: 'postgres', connectionString: db } as const)
  : ({ dataStore: 'sqlite', path: db } as const);
await using libvuln = await openLibvuln({ ...dataStore, lease: Number(lease), feeds, initialUpdate: 'none' });
await libvuln.update({
  only: /^debian-/,
  onProgress: (event) => {
    if (event.kind === point) process.kill(process.pid, 'SIGKILL');
  },
});
