// A process that loads a feed and kills itself, as SIGKILL does, the moment it gets to a given point.
// Arguments: database, mirror, point (the kind of an event), lease (ms).
import { defaultMatchers, selectUpdaterSets } from '../../src/defaults/index.ts';
import { Libvuln } from '../../src/libvuln/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { openSqliteMatcherStore } from '../../src/stores/index.ts';
import { versionSchemes } from '../../src/versions/index.ts';

const [db = '', mirror = '', point = '', lease = ''] = process.argv.slice(2);
await using feeds = createFeedClient({ mirror });
const store = await openSqliteMatcherStore(db, { lease: Number(lease) });
await using libvuln = await Libvuln.open({ store, feeds, updaterSets: selectUpdaterSets(), matchers: defaultMatchers, versionSchemes });
await libvuln.update({
  only: /^debian-/,
  onProgress: (event) => {
    if (event.kind === point) process.kill(process.pid, 'SIGKILL');
  },
});
