/** What an entry of a layer is. Devices, fifos and sockets are `other`. */
export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';

/** What is known of an entry before its content is read. */
export interface EntryHeader {
  readonly type: EntryType;
  /** Bytes of content (sparse files: of the file, not of what is stored); 0 for all but files. */
  readonly size: number;
  /** Permission bits as in POSIX, e.g. 0o755. */
  readonly mode: number;
  /** Of a symlink as written; of a hardlink the cleaned path of its target. */
  readonly linkTarget?: string;
}
