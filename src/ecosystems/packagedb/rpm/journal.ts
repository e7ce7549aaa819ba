import type { LayerFile } from '../../../contracts/index.ts';

/** The first bytes of SQLite's rollback journal, sqlite.org/fileformat2.html §3; they are overwritten when a transaction is done. */
const journalMagic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7] as const;

/** Whether the journal holds pages of a transaction that was not finished: the database's own may be of either side of it. */
export async function isHotJournal(file: LayerFile): Promise<boolean> {
  const head = await file.read(0, journalMagic.length);
  return journalMagic.every((byte, index) => head[index] === byte);
}
