import { parseJsonFile, sourceUrl } from '../../../families/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';

const installerFile = '.dist-info/INSTALLER';
const directUrlFile = '.dist-info/direct_url.json';
const recordFile = '.dist-info/RECORD';

/** Whether the file tells of how a wheel was installed. */
export function isInstallationRecord(path: string): boolean {
  return path.endsWith(installerFile) || path.endsWith(directUrlFile) || path.endsWith(recordFile);
}

/** `INSTALLER` (packaging.python.org, "Recording installed projects"): one line, a name in lower case. */
export function installerName(bytes: Uint8Array): string | undefined {
  const [line = ''] = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart().split(/\r?\n/u, 1);
  return /^[\w.+-]{1,64}$/u.test(line.trim()) ? line.trim() : undefined;
}

/** `direct_url.json` (PEP 610): the URL, with the version control system and the commit where it is a repository. */
export function directUrlSource(bytes: Uint8Array): string | undefined {
  const value = parseJsonFile(bytes);
  const url = text(member(value, 'url'));
  if (url === undefined) return undefined;
  const info = member(value, 'vcs_info');
  const [system, commit] = [text(member(info, 'vcs')), text(member(info, 'commit_id'))];
  const told = sourceUrl(url);
  if (system === undefined || !/^[a-z]{1,16}$/u.test(system)) return told;
  return commit !== undefined && /^[0-9a-zA-Z]{1,64}$/u.test(commit) ? `${system}+${told}@${commit}` : `${system}+${told}`;
}
