// A process that indexes an image and kills itself, as SIGKILL does, the moment it gets to a given point.
// Arguments: database, reference, point (a state, or the kind of an event), lease (ms).
import { defaultEcosystems, openImage } from '../../src/defaults/index.ts';
import { createLayerEngine } from '../../src/image/layer/index.ts';
import { Libindex } from '../../src/libindex/index.ts';
import { openSqliteIndexerStore } from '../../src/stores/index.ts';

const [db = '', reference = '', point = '', lease = ''] = process.argv.slice(2);
await using image = await openImage(reference);
const store = await openSqliteIndexerStore(`${db}.index`, { lease: Number(lease) });
await using libindex = await Libindex.open({ store, engine: createLayerEngine(), ecosystems: defaultEcosystems });
await libindex.index(image.manifest, {
  onProgress: (event) => {
    if (event.kind === point || (event.kind === 'state' && event.state === point)) process.kill(process.pid, 'SIGKILL');
  },
});
