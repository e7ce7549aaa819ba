import { defineImageSource, type ImageSource } from '../../contracts/index.ts';
import { defaultLimits } from '../../core/index.ts';
import { detectForm } from './detect.ts';
import { directoryFiles } from './image-files.ts';
import { readOciImage } from './oci-image.ts';

/** An OCI image layout in a directory. */
export const ociDirectorySource: ImageSource = defineImageSource({
  id: 'oci-dir',
  detect: async (location, options) => (await detectForm(location, options)) === 'oci-dir',
  async open(request) {
    const { manifest, name } = await readOciImage(directoryFiles(request.location), request, request.limits ?? defaultLimits);
    return { manifest, ...(name !== undefined && { name }), inflatedToOpen: 0, [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});
