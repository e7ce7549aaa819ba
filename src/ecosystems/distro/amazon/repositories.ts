import type { FetchOptions } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import type { MirroredRepository } from '../../../families/updateinfo/index.ts';
import { member, streamJson, text } from '../../../formats/json-stream/index.ts';
import { releases, type ServedRelease } from './release.ts';

/** The repository that every image of a release has. */
export const coreRepository = 'core';
const extrasPrefix = 'extras/';
const catalogUrl = 'https://cdn.amazonlinux.com/2/extras-catalog.json';

/** The repositories of a release that have advisories, core first. @throws FeedError */
export async function repositoriesOf(release: ServedRelease, options: FetchOptions): Promise<readonly MirroredRepository[]> {
  switch (release) {
    case '1':
      return [{ name: coreRepository, mirrorList: 'http://repo.us-west-2.amazonaws.com/2018.03/updates/x86_64/mirror.list' }];
    case '2':
      return [
        of2(coreRepository),
        ...(await extrasTopics(options)).map((topic) => ({ ...of2(`${extrasPrefix}${topic}`), isOptional: true })),
      ];
    case '2022':
      return [ofLater('2022', coreRepository)];
    case '2023':
      return [
        ofLater('2023', coreRepository),
        ...['kernel-livepatch', 'nvidia'].map((name) => ({ ...ofLater('2023', name), isOptional: true })),
      ];
  }
}

function of2(name: string): MirroredRepository {
  return { name, mirrorList: `https://cdn.amazonlinux.com/2/${name}/latest/x86_64/mirror.list` };
}

function ofLater(release: '2022' | '2023', name: string): MirroredRepository {
  return { name, mirrorList: `https://cdn.amazonlinux.com/al${release}/${name}/mirrors/latest/x86_64/mirror.list` };
}

/** The releases whose advisories are there. Amazon keeps those of releases; the preview's it may take away any day. @throws FeedError */
export async function servedReleases({ client, signal }: FetchOptions): Promise<readonly ServedRelease[]> {
  const hasPreview = await client.exists(ofLater('2022', coreRepository).mirrorList, { signal });
  return releases.filter((release) => release !== '2022' || hasPreview);
}

/** The topics of the catalogue, smaller numbers first: `ruby2.6` before `ruby3.0`. */
async function extrasTopics({ client, signal }: FetchOptions): Promise<readonly string[]> {
  const response = await client.get(catalogUrl, { signal });
  if (response.kind !== 'body') throw new FeedError('FEED_NOT_FOUND', { url: catalogUrl });
  const topics = new Set<string>();
  for await (const piece of streamJson(response.body, { array: 'topics', signal })) {
    const name = piece.kind === 'element' ? text(member(piece.value, 'n')) : undefined;
    if (name !== undefined && /^[\w.+-]{1,64}$/.test(name) && /\w/.test(name)) topics.add(name);
  }
  return [...topics].sort(new Intl.Collator('en', { numeric: true }).compare);
}

/** The topic of the extras that a repository is of. */
export function topicOf(repository: string): string | undefined {
  return repository.startsWith(extrasPrefix) ? repository.slice(extrasPrefix.length) : undefined;
}
