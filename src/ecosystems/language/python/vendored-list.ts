import type { LayerFile } from '../../../contracts/index.ts';
import type { FileReading } from '../../../families/index.ts';
import { parseRequirements } from './requirements.ts';

const names = ['/_vendor/vendor.txt', '/_vendor/vendored.txt', '/vendored/vendor.txt'];

const mostCopies = 1000;

/** What pip, wheel (`vendor.txt`) and setuptools (`vendored.txt`) say of the copies that they bring. */
export function isVendoredList(path: string): boolean {
  return names.some((name) => path.endsWith(name));
}

/** The copies lie beside the list, so they are there; with metadata of their own it is the same package at two places. */
export async function readVendoredList(file: LayerFile): Promise<FileReading> {
  return { packages: [...parseRequirements(await file.bytes()).take(mostCopies)] };
}
