/**
 * The one table of error codes. `kind` decides the class and the exit code, `message` is constant
 * (what varies travels in `data`), `advice` says what to do next. Mirrored in docs/reference/errors.md.
 */
export const errorCodes = {
  // usage: the caller asked for something that does not exist
  USAGE_OPTION: { kind: 'usage', message: 'an option has a value that it cannot take', advice: 'see --help for what it takes' },
  USAGE_REFERENCE: {
    kind: 'usage',
    message: 'the image reference cannot be read',
    advice: 'give a path, or SCHEME:PATH with one of the schemes that --help lists',
  },
  USAGE_PLUGIN: {
    kind: 'usage',
    message: 'a plugin cannot be used as it is',
    advice: 'check the plugin that is named: ids are unique, a scheme is known',
  },
  USAGE_REPORT_UNFINISHED: {
    kind: 'usage',
    message: 'the index report is not finished',
    advice: 'index the image until its state is IndexFinished',
  },
  LISTEN_FAILED: { kind: 'usage', message: 'the address cannot be listened on', advice: 'choose another with --http-listen-addr' },
  OUTPUT_FAILED: { kind: 'usage', message: 'the output cannot be written', advice: 'check the path, its permissions and free space' },
  USAGE_CLOSED: {
    kind: 'usage',
    message: 'the object was used after it was closed',
    advice: 'keep it open until the last call has settled',
  },

  // input: what was given is damaged, hostile or not what it says
  DIGEST_INVALID: {
    kind: 'input',
    message: 'a digest is not of the form sha256:<64 hex> or sha512:<128 hex>',
    advice: 'check the manifest that names it',
  },
  DIGEST_MISMATCH: {
    kind: 'input',
    message: 'the content does not have the digest that was declared',
    advice: 'the image is damaged: pull or save it again',
  },
  INPUT_UNREADABLE: { kind: 'input', message: 'the input cannot be read', advice: 'check the path and its permissions' },
  IMAGE_NOT_FOUND: {
    kind: 'input',
    message: 'there is no image at that place',
    advice: 'check the path; an image of a registry is named like alpine:3.20 or registry:HOST/NAME:TAG',
  },
  IMAGE_UNREADABLE: { kind: 'input', message: 'the image cannot be read', advice: 'check the permissions of the path' },
  IMAGE_FORMAT_UNKNOWN: {
    kind: 'input',
    message: 'the path is neither a docker archive, an OCI archive, an OCI layout nor a directory',
    advice: 'force a form with SCHEME:PATH if it is one of them',
  },
  IMAGE_MALFORMED: { kind: 'input', message: 'the image is not well-formed', advice: 'the image is damaged: pull or save it again' },
  IMAGE_AMBIGUOUS: { kind: 'input', message: 'the archive holds several images', advice: 'choose one: PATH:TAG' },
  IMAGE_TAG_UNKNOWN: { kind: 'input', message: 'the archive holds no image of that name', advice: 'choose one of those it holds' },
  IMAGE_ARTIFACT: {
    kind: 'input',
    message: 'what is stored there is not an image, but some other artifact',
    advice: 'name the image that it belongs to',
  },
  IMAGE_SCHEMA_OLD: {
    kind: 'input',
    message: "the image is stored in Docker's first manifest format (schema 1), which names no config and is not read here",
    advice: 'push it again with a current tool',
  },
  PLATFORM_UNKNOWN: {
    kind: 'input',
    message: 'the image has no variant for that platform',
    advice: 'choose one of those it has with --platform',
  },
  LAYER_UNREADABLE: { kind: 'input', message: 'a layer cannot be read', advice: 'the image is damaged: pull or save it again' },
  LAYER_CONTENT_MISSING: { kind: 'input', message: 'a layer says nothing about where its content is', advice: 'give it content or a URI' },
  LAYER_TAR_MISSING: {
    kind: 'input',
    message: 'the layer is a directory tree and has no tar',
    advice: 'ask for its files by path',
  },
  LAYER_URI_INVALID: {
    kind: 'input',
    message: 'the URI of a layer is not an absolute http or https URL',
    advice: 'check the manifest that names it',
  },
  LAYER_HEADER_INVALID: {
    kind: 'input',
    message: 'a request header of a layer cannot be sent',
    advice: 'leave out of the manifest what is about the connection, the host, ranges and codings',
  },
  LAYER_SIZE_MISMATCH: {
    kind: 'input',
    message: 'the blob of a layer does not have the size that was declared',
    advice: 'check the manifest that names it',
  },
  COMPRESSION_CORRUPT: {
    kind: 'input',
    message: 'compressed data is damaged or ends too early',
    advice: 'the file is damaged: fetch it again',
  },
  COMPRESSION_UNSUPPORTED: {
    kind: 'input',
    message: 'the data is compressed in a form that is not read here',
    advice: 'use gzip, zstd, bzip2, xz or none',
  },
  TAR_CORRUPT: {
    kind: 'input',
    message: 'the data is not a tar archive, or a header in it is damaged',
    advice: 'the file is damaged: fetch it again',
  },
  LOCK_FILE_UNPARSABLE: {
    kind: 'input',
    message: 'a lock file is not of the form that its package manager writes',
    advice: 'let the package manager write the file again',
  },
  ZIP_CORRUPT: {
    kind: 'input',
    message: 'the data is not a ZIP archive, or a part of it is damaged',
    advice: 'the file is damaged: fetch it again',
  },
  ZIP_UNSUPPORTED: {
    kind: 'input',
    message: 'an entry of a ZIP archive is stored in a form that is not read here',
    advice: 'entries that are stored, deflated or compressed with zstd, and not encrypted, are read',
  },
  LAYER_MAP_CORRUPT: {
    kind: 'input',
    message: 'a stored layer map cannot be read',
    advice: 'delete the index database (F.index); it is made again',
  },
  MANIFEST_INVALID: {
    kind: 'input',
    message: 'the manifest is not valid',
    advice: 'give it a hash and layers, each with a hash and an absolute URI',
  },
  REGISTRY_IMAGE_UNKNOWN: {
    kind: 'input',
    message: 'the registry does not have that image',
    advice: 'check the name and the tag',
  },
  REGISTRY_CREDENTIALS: {
    kind: 'input',
    message: 'the credentials that are kept for a registry cannot be read',
    advice: 'check the file or the credential helper that is named, or log in again',
  },
  INDEX_REPORT_INVALID: { kind: 'input', message: 'the index report is not valid', advice: 'make it with: claircore index IMAGE' },
  FEED_MALFORMED: {
    kind: 'feed',
    message: 'an advisory feed is not well-formed',
    advice: 'the last good data stays in use; try again later',
  },

  // network and feeds
  FEED_STATUS: { kind: 'feed', message: 'the server of a feed answered with an error', advice: 'try again later, or use --feed-mirror' },
  FEED_NOT_FOUND: { kind: 'feed', message: 'a feed does not exist at its address', advice: 'check --feed-mirror, or the release' },
  FEED_UNREACHABLE: {
    kind: 'feed',
    message: 'a feed cannot be reached',
    advice: 'check the network or proxy, or use --feed-mirror or --offline',
  },
  FEED_TRUNCATED: { kind: 'feed', message: 'a feed ended before its end', advice: 'the last good data stays in use; try again later' },
  FEED_DELTA: {
    kind: 'feed',
    message: 'a body tells what changed in a feed, and the whole of it is needed',
    advice: 'give the whole feed first',
  },
  FEED_OFFLINE: {
    kind: 'feed',
    message: 'a feed is needed and the network is switched off',
    advice: 'run without --offline once, or use --feed-mirror',
  },
  FEED_REDIRECT: { kind: 'feed', message: 'a feed redirects too often, or to nowhere', advice: 'try again later, or use --feed-mirror' },
  LAYER_UNREACHABLE: {
    kind: 'feed',
    message: 'the blob of a layer cannot be fetched',
    advice: 'check the network or proxy, and try again',
  },
  LAYER_DENIED: {
    kind: 'feed',
    message: 'the server of a layer refused access',
    advice: 'give the request headers that it needs; what was signed may have expired',
  },
  LAYER_NOT_FOUND: { kind: 'feed', message: 'the blob of a layer is not at its address', advice: 'check the manifest that names it' },
  LAYER_STATUS: { kind: 'feed', message: 'the server of a layer answered with an error', advice: 'try again later' },
  LAYER_CHANGED: {
    kind: 'feed',
    message: 'the blob of a layer changed while it was fetched',
    advice: 'try again; a blob should be addressed by its digest',
  },
  REGISTRY_DENIED: {
    kind: 'feed',
    message: 'the registry refuses access',
    advice: 'log in to it (docker login HOST), or check the name: many registries answer so for what they do not have',
  },
  REGISTRY_OFFLINE: {
    kind: 'feed',
    message: 'the image is in a registry, and the network is switched off',
    advice: 'run without --offline, or give a saved image',
  },
  REGISTRY_RATE_LIMITED: {
    kind: 'feed',
    message: 'the registry was asked too often',
    advice: 'wait, log in to it, or use --registry-mirror',
  },
  REGISTRY_UNREACHABLE: {
    kind: 'feed',
    message: 'the registry cannot be reached',
    advice: 'check the host, the network or proxy; for one without a known certificate see --registry-ca and --insecure-registry',
  },
  REGISTRY_ANSWER: {
    kind: 'feed',
    message: 'the registry answered with an error, or with something that cannot be read',
    advice: 'try again later; if it stays, ask whoever runs the registry',
  },
  ADDRESS_INSECURE: {
    kind: 'feed',
    message: 'plain http is used only on this machine',
    advice: 'use https, or switch it on with insecure',
  },
  ADDRESS_REFUSED: {
    kind: 'feed',
    message: 'an address is private and was not named by the user',
    advice: 'name the host yourself if it is meant',
  },

  // stores and locks
  STORE_OPEN: { kind: 'store', message: 'the database cannot be opened', advice: 'check the path and its permissions' },
  STORE_VERSION: { kind: 'store', message: 'the database was written by a newer claircore', advice: 'use that version, or another --db' },
  STORE_OUTDATED: {
    kind: 'store',
    message: 'the database has the schema of an older claircore, or none, and migrations are switched off',
    advice: 'open it once with migrations switched on',
  },
  STORE_NOT_OURS: { kind: 'store', message: 'there is a database, but not one of claircore', advice: 'name another one with --db' },
  STORE_UNREACHABLE: {
    kind: 'store',
    message: 'the database server cannot be reached',
    advice: 'check host, port and network, and that the server runs and takes more connections',
  },
  STORE_DENIED: {
    kind: 'store',
    message: 'the database server refuses this user',
    advice: 'check user, password and the rights that it was granted',
  },
  STORE_DATABASE_UNKNOWN: {
    kind: 'store',
    message: 'the server has no database of that name',
    advice: 'create it, or name another one with --db',
  },
  STORE_TLS: {
    kind: 'store',
    message: 'there is no secure connection to the database server as asked',
    advice: 'check sslmode and sslrootcert of the connection string',
  },
  STORE_LOST: { kind: 'store', message: 'the connection to the database broke', advice: 'try again when the server is back' },
  STORE_TIMEOUT: { kind: 'store', message: 'the database took too long to answer', advice: 'try again when it has less to do' },
  STORE_WRITE: { kind: 'store', message: 'the database cannot be written', advice: 'check free space and permissions' },
  STORE_BUSY: {
    kind: 'store',
    message: 'the database stayed locked by another process',
    advice: 'try again when the other process is done',
  },
  STORE_WORKER: {
    kind: 'store',
    message: 'a thread of the database ended before it had answered',
    advice: 'try again; if it happens again, what was asked needs more memory than a thread may take',
  },
  STORE_CORRUPT: { kind: 'store', message: 'the database is damaged', advice: 'delete it and run claircore update' },
  UPDATE_BASE_LOST: {
    kind: 'store',
    message: 'an update tells what changed since a state that the database is not in',
    advice: 'run claircore update: the whole feed is loaded then',
  },
  LOCK_LOST: { kind: 'store', message: 'a lock was lost while its holder worked', advice: 'try again: the machine was paused or too slow' },

  // limits
  LIMIT_LAYER_SIZE: { kind: 'limit', message: 'a layer is larger than the limit', advice: 'raise the limit if you trust the image' },
  LIMIT_LAYER_ENTRIES: {
    kind: 'limit',
    message: 'a layer has more entries than the limit',
    advice: 'raise the limit if you trust the image',
  },
  LIMIT_LAYER_TIME: {
    kind: 'limit',
    message: 'reading a layer took longer than the limit',
    advice: 'raise the limit if you trust the image',
  },
  LIMIT_LAYER_MAP: {
    kind: 'limit',
    message: 'the list of the paths of a layer is larger than the limit',
    advice: 'raise the limit if you trust the image',
  },
  LIMIT_RATIO: { kind: 'limit', message: 'compressed data inflates beyond the limit', advice: 'raise the limit if you trust the image' },
  LIMIT_NESTING: {
    kind: 'limit',
    message: 'image indexes are nested deeper than the limit',
    advice: 'raise the limit if you trust the image',
  },
  LIMIT_READ: {
    kind: 'limit',
    message: 'something is larger than what may be read of it',
    advice: 'raise the limit if you trust the source',
  },

  ABORTED: { kind: 'aborted', message: 'the work was cancelled', advice: 'run it again' },
  INTERNAL: {
    kind: 'internal',
    message: 'claircore failed; this is a defect of ours',
    advice: 'report it with the output of --log-level debug',
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly message: string; readonly advice: string }>;

/** What an error is about; the command line maps each kind to an exit code. */
export type ErrorKind = 'usage' | 'input' | 'feed' | 'store' | 'limit' | 'aborted' | 'internal';

export type ErrorCode = keyof typeof errorCodes;

/** The codes of one kind. */
export type ErrorCodeOf<K extends ErrorKind> = {
  [C in ErrorCode]: (typeof errorCodes)[C]['kind'] extends K ? C : never;
}[ErrorCode];
