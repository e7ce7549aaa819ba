import { existsSync, readFileSync } from 'node:fs';
import { writeZip } from '../../src/testing/zip-writer.ts';
import { filler } from './large-image.ts';
import { OciArchive, OciArchiveWriter, tarOf } from './oci-archive.ts';

const jars = 120;
/** Files in a jar, and bytes of each: 1.6 MiB, which is between a small library and a large one. */
const classes = { count: 200, bytes: 8 * 1024 };

/** The layers of an image, and one more with jars: each with its own coordinates, every tenth with another inside. Made once. */
export function imageWithJars(path: string, base: string, real: readonly string[]): string {
  if (existsSync(path)) return path;
  const pool = filler(7, 4 * 1024 * 1024);
  const made = Array.from({ length: jars }, (_, at) => {
    const inner = at % 10 === 0 ? jar(pool, `inner-${at}`, at, []) : undefined;
    return [`opt/app/lib/library-${at}.jar`, jar(pool, `library-${at}`, at, inner ? [['lib/inner.jar', inner]] : [])] as const;
  });
  const archive = new OciArchiveWriter(path);
  archive.addAll(new OciArchive(base));
  archive.add(tarOf([...made, ...real.map((file) => [`opt/app/${file.split('/').at(-1)}`, readFileSync(file)] as const)]));
  archive.close();
  return path;
}

function jar(pool: Buffer, artifact: string, seed: number, nested: readonly (readonly [string, Buffer])[]): Buffer {
  const properties = `groupId=org.example\nartifactId=${artifact}\nversion=1.${seed}.0\n`;
  const entries = Array.from({ length: classes.count }, (_, at) => {
    const from = ((seed * 7919 + at) * 104_729) % (pool.length - classes.bytes);
    return { name: `org/example/p${at % 20}/Class${at}.class`, content: pool.subarray(from, from + classes.bytes) };
  });
  return Buffer.from(
    writeZip([
      { name: 'META-INF/MANIFEST.MF', content: 'Manifest-Version: 1.0\n\n' },
      { name: `META-INF/maven/org.example/${artifact}/pom.properties`, content: properties },
      ...nested.map(([name, content]) => ({ name, content, method: 'stored' as const })),
      ...entries,
    ]),
  );
}
