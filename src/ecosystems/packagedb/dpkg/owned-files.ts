/**
 * The files in a `.list`: one absolute path a line, directories too. A directory's own line stands somewhere above what is in it,
 * mostly just above: those that are followed by their content are left out; an empty directory stays, and costs nothing but its room.
 */
export function parseFileList(text: string): readonly string[] {
  const files: string[] = [];
  let candidate = '';
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    const path = relative(text.slice(start, end));
    start = end + 1;
    if (path === '') continue;
    if (
      candidate !== '' &&
      !(path.length > candidate.length && path.charCodeAt(candidate.length) === slash && path.startsWith(candidate))
    ) {
      files.push(candidate);
    }
    candidate = path;
  }
  if (candidate !== '') files.push(candidate);
  return files;
}

/** The files in a `.md5sums`: `<32 hex digits>  <path>` a line, as md5sum(1) writes it. */
export function parseMd5sums(text: string): readonly string[] {
  const files: string[] = [];
  for (const line of text.split('\n')) {
    const path = md5Line.test(line.slice(0, digestEnd)) ? relative(line.slice(digestEnd)) : '';
    if (path !== '') files.push(path);
  }
  return files;
}

const slash = 47;
const digestEnd = 34;
const md5Line = /^[0-9a-f]{32} [ *]$/i;

function relative(path: string): string {
  const trimmed = path.endsWith('\r') ? path.slice(0, -1) : path;
  const start = trimmed.startsWith('./') ? 2 : trimmed.startsWith('/') ? 1 : 0;
  const rest = trimmed.slice(start);
  return rest === '.' ? '' : rest;
}
