// Java archives in images: what layers, owners and stores make of them.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IndexReport } from '../../src/core/index.ts';
import { decodeIndexReport, encodeIndexReport } from '../../src/reports/index.ts';
import { decodeReport, encodeReport } from '../../src/stores/report-codec.ts';
import { LayerBuilder } from '../../src/testing/index.ts';
import { writeZip } from '../../src/testing/zip-writer.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { indexLayers } from '../support/library.ts';
import { debianRelease, dpkgStatus } from '../support/small-image.ts';

function jar(artifact: string, version: string, nested: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  return writeZip([
    {
      name: `META-INF/maven/org.demo/${artifact}/pom.properties`,
      content: `groupId=org.demo\nartifactId=${artifact}\nversion=${version}\n`,
    },
    ...Object.entries(nested).map(([name, content]) => ({ name, content })),
  ]);
}

/** `name version @ path [inner] in layer`, with `owned` where it is. */
function places(report: IndexReport, layers: readonly { readonly digest: string }[]): readonly string[] {
  return [...report.packages.values()]
    .filter(({ detector }) => detector.includes(':java:'))
    .flatMap(({ id, name, version }) =>
      (report.environments.get(id) ?? []).map(({ packageDb, archive, introducedIn, ownedBy }) => {
        const layer = layers.findIndex(({ digest }) => digest === introducedIn);
        const owner = ownedBy === undefined ? '' : ` owned by ${report.packages.get(ownedBy)?.name}`;
        return `${name} ${version} @ ${packageDb}${archive?.inner === undefined ? '' : ` [${archive.inner}]`} in ${layer}${owner}`;
      }),
    )
    .toSorted();
}

const library = jar('library', '1.0');
const bases = {
  app: jar('app', '1.0', { 'lib/library.jar': library, 'lib/old.jar': jar('old', '1') }),
  newer: jar('app', '1.1', { 'lib/library.jar': library }),
};
const layers = [
  new LayerBuilder()
    .file('etc/os-release', debianRelease)
    .file('var/lib/dpkg/status', dpkgStatus([{ name: 'libvendor-java', version: '1.0-1' }]))
    .file('var/lib/dpkg/info/libvendor-java.list', '/.\n/usr\n/usr/share\n/usr/share/java\n/usr/share/java/vendor-1.jar\n')
    .file('usr/share/java/vendor-1.jar', jar('vendor', '1'))
    .symlink('usr/share/java/vendor.jar', 'vendor-1.jar')
    .file('srv/app.jar', bases.app)
    .file('srv/removed.jar', jar('removed', '1'))
    .file('srv/same.jar', library)
    .build(),
  new LayerBuilder().file('srv/app.jar', bases.newer).whiteout('srv/removed.jar').build(),
].map((layer) => blobLayer(layer));

describe('Java archives in an image', () => {
  it('are judged as the final image has them, by the outermost file', async () => {
    const report = await indexLayers(layers);
    expect(report.err).toBe('');
    expect(places(report, layers)).toEqual([
      'org.demo:app 1.1 @ srv/app.jar in 1',
      // Listed by that file in both layers.
      'org.demo:library 1.0 @ srv/app.jar [lib/library.jar] in 0',
      'org.demo:library 1.0 @ srv/same.jar in 0',
      'org.demo:vendor 1 @ usr/share/java/vendor-1.jar in 0 owned by libvendor-java',
    ]);
    expect(report.diagnostics).toEqual([]);
    const sha1 = createHash('sha1').update(library).digest('hex');
    const [nested, alone] = [...report.packages.values()]
      .filter(({ name }) => name === 'org.demo:library')
      .flatMap(({ id }) => report.environments.get(id) ?? []);
    expect([nested?.archive, alone?.archive]).toEqual([{ sha1, inner: 'lib/library.jar' }, { sha1 }]);
  });

  it('keep their checksums in JSON and in stores', async () => {
    const report = await indexLayers(layers);
    const text = [...encodeIndexReport(report)].join('');
    expect(decodeIndexReport(text).environments).toEqual(report.environments);
    expect(decodeReport(encodeReport(report)).environments).toEqual(report.environments);
    expect(() => decodeIndexReport(text.replaceAll(/"sha1": ?"[0-9a-f]{40}"/gu, '"sha1":"x"'))).toThrow(
      expect.objectContaining({ code: 'INDEX_REPORT_INVALID' }),
    );
  });
});
