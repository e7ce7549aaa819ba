import { FeedError, InputError, parseLayerDigest, throwIfAborted, type Layer, type Limits } from '../../../core/index.ts';
import type { OciDescriptor } from '../../../formats/oci/index.ts';
import { defaultRetryPolicy, silentLogger, type HttpRequest, type HttpResponse, type RetryPolicy } from '../../../runtime/index.ts';
import { readRemoteBlob } from '../../layer/fetch/read-remote-blob.ts';
import type { RegistryClient } from './registry-client.ts';
import type { RegistryHttp } from './registry-http.ts';
import type { ResolvedImage } from './resolve-manifest.ts';

export interface LayerSource {
  readonly http: RegistryHttp;
  readonly client: RegistryClient;
  readonly limits: Pick<Limits, 'layerBytes'>;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/** The layers of an image, base first: fetched when they are read, each read its own transfer. @throws InputError `IMAGE_MALFORMED` */
export function toRegistryLayers(source: LayerSource, { manifest, config }: ResolvedImage): readonly Layer[] {
  const { diffIds } = config;
  if (diffIds.length !== manifest.layers.length) {
    throw new InputError('IMAGE_MALFORMED', {
      reason: 'layers and diff_ids differ in number',
      layers: manifest.layers.length,
      diffIds: diffIds.length,
    });
  }
  return manifest.layers.map((descriptor, at) => {
    const diffId = diffIds[at];
    return {
      digest: parseLayerDigest(descriptor.digest),
      ...(diffId !== undefined && { diffId }),
      mediaType: descriptor.mediaType,
      size: descriptor.size,
      content: { kind: 'blob', open: (options) => Promise.resolve(openLayer(source, descriptor, options?.signal)) },
    };
  });
}

/** Resumed where the connection dies, as every layer over HTTP is; what is new at each request is who is asked, and as whom. */
function openLayer(source: LayerSource, descriptor: OciDescriptor, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  throwIfAborted(signal);
  return readRemoteBlob(
    { url: source.client.nameOf(descriptor.digest), headers: {} },
    {
      http: { request: (_, request) => ask(source, descriptor, request ?? {}) },
      retry: { ...defaultRetryPolicy, ...source.retry },
      size: descriptor.size,
      limit: source.limits.layerBytes,
      logger: silentLogger,
      signal,
    },
  );
}

async function ask(source: LayerSource, descriptor: OciDescriptor, request: HttpRequest): Promise<HttpResponse> {
  try {
    return withoutValidators(await source.client.openBlob(descriptor.digest, request));
  } catch (error) {
    const [elsewhere] = descriptor.urls;
    const isLacking = error instanceof FeedError && error.code === 'REGISTRY_ANSWER' && error.data['status'] === 404;
    if (!isLacking || elsewhere === undefined) throw error;
    return askElsewhere(source, descriptor, elsewhere, request);
  }
}

/** A layer that may not be passed on is named by where its maker has it: an address out of the image, so the guard holds, and nobody is named. */
async function askElsewhere(source: LayerSource, descriptor: OciDescriptor, url: string, request: HttpRequest): Promise<HttpResponse> {
  const target = URL.parse(url);
  if (target?.protocol !== 'https:' && target?.protocol !== 'http:')
    throw new InputError('LAYER_URI_INVALID', { layer: descriptor.digest });
  const range = request.headers?.['range'];
  const response = await source.http.request(target, {
    headers: typeof range === 'string' ? { range } : {},
    effort: 'retry',
    signal: request.signal,
  });
  return withoutValidators(response);
}

/** The digest is the validator, and a mirror has others than the registry. */
function withoutValidators(response: HttpResponse): HttpResponse {
  return { ...response, header: (name) => (name === 'etag' || name === 'last-modified' ? undefined : response.header(name)) };
}
