import type { Plugin } from '../contracts/index.ts';
import { almaPlugin } from '../ecosystems/distro/alma/index.ts';
import { alpinePlugin } from '../ecosystems/distro/alpine/index.ts';
import { amazonPlugin } from '../ecosystems/distro/amazon/index.ts';
import { azurelinuxPlugin } from '../ecosystems/distro/azurelinux/index.ts';
import { debianPlugin } from '../ecosystems/distro/debian/index.ts';
import { linuxPlugin } from '../ecosystems/distro/linux/index.ts';
import { oraclePlugin } from '../ecosystems/distro/oracle/index.ts';
import { photonPlugin } from '../ecosystems/distro/photon/index.ts';
import { rhelPlugin } from '../ecosystems/distro/rhel/index.ts';
import { rockyPlugin } from '../ecosystems/distro/rocky/index.ts';
import { susePlugin } from '../ecosystems/distro/suse/index.ts';
import { ubuntuPlugin } from '../ecosystems/distro/ubuntu/index.ts';
import { wolfiPlugin } from '../ecosystems/distro/wolfi/index.ts';
import { bitnamiPlugin } from '../ecosystems/language/bitnami/index.ts';
import { dartPlugin } from '../ecosystems/language/dart/index.ts';
import { dotnetPlugin } from '../ecosystems/language/dotnet/index.ts';
import { goPlugin } from '../ecosystems/language/go/index.ts';
import { javaPlugin } from '../ecosystems/language/java/index.ts';
import { npmPlugin } from '../ecosystems/language/npm/index.ts';
import { phpPlugin } from '../ecosystems/language/php/index.ts';
import { pythonPlugin } from '../ecosystems/language/python/index.ts';
import { rubyPlugin } from '../ecosystems/language/ruby/index.ts';
import { rustPlugin } from '../ecosystems/language/rust/index.ts';
import { apkPlugin } from '../ecosystems/packagedb/apk/index.ts';
import { dpkgPlugin } from '../ecosystems/packagedb/dpkg/index.ts';
import { rpmPlugin } from '../ecosystems/packagedb/rpm/index.ts';

/** Every folder of `ecosystems/`, sorted by path. A test compares this list with the folders. */
export const plugins: readonly Plugin[] = [
  almaPlugin,
  alpinePlugin,
  amazonPlugin,
  azurelinuxPlugin,
  debianPlugin,
  linuxPlugin,
  oraclePlugin,
  photonPlugin,
  rhelPlugin,
  rockyPlugin,
  susePlugin,
  ubuntuPlugin,
  wolfiPlugin,
  bitnamiPlugin,
  dartPlugin,
  dotnetPlugin,
  goPlugin,
  javaPlugin,
  npmPlugin,
  phpPlugin,
  pythonPlugin,
  rubyPlugin,
  rustPlugin,
  apkPlugin,
  dpkgPlugin,
  rpmPlugin,
];
