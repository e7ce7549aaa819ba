import { describe, expect, it } from 'vitest';
import type { UpdaterSet } from '../../contracts/index.ts';
import { FakeFeedClient } from '../../testing/fake-feed-client.ts';
import { azurelinuxUpdaterSet } from './azurelinux/updater.ts';
import { oracleUpdaterSet } from './oracle/updater.ts';
import { photonUpdaterSet } from './photon/updater.ts';
import { releasesOfProduct } from './suse/products.ts';
import { namespaceKey } from './suse/release.ts';
import { suseUpdaterSet } from './suse/updater.ts';
import { ubuntuUpdaterSet } from './ubuntu/updater.ts';

describe('which updaters answer for a namespace', () => {
  it.each<[UpdaterSet, string, readonly string[]]>([
    [oracleUpdaterSet, 'oracle:8', ['oracle-updater']],
    [oracleUpdaterSet, 'oracle:x', []],
    [oracleUpdaterSet, 'photon:5.0', []],
    [photonUpdaterSet, 'photon:5.0', ['photon-5-updater']],
    [photonUpdaterSet, 'oracle:8', []],
    [azurelinuxUpdaterSet, 'azurelinux:3.0', ['azurelinux-3.0-updater']],
    [azurelinuxUpdaterSet, 'azurelinux:3', []],
    [suseUpdaterSet, 'suse:sles:15.5', ['suse-sles-15.5-updater']],
    [suseUpdaterSet, 'suse:tumbleweed', ['suse-tumbleweed-updater']],
    [suseUpdaterSet, 'suse:sles', []],
    [suseUpdaterSet, 'suse:nonesuch:1.0', []],
    [ubuntuUpdaterSet, 'ubuntu:22.04', ['ubuntu-jammy-updater']],
    [ubuntuUpdaterSet, 'ubuntu:10.04', []],
  ])('%#: %s', async (set, namespace, names) => {
    expect(set.expected(namespace)).toEqual(names);
    const client = new FakeFeedClient();
    const updaters = await set.discover({ client, namespaces: [namespace] });
    expect(updaters.map(({ name }) => name)).toEqual(names);
    expect(updaters.every((updater) => updater.serves(namespace))).toBe(true);
  });
});

describe('products of SUSE', () => {
  it.each([
    ['SUSE Linux Enterprise Server 15 SP4', 'suse:sles:15.4'],
    ['SUSE Linux Enterprise Server 15', 'suse:sles:15.0'],
    ['SUSE Linux Enterprise Server 15 SP4-LTSS', 'suse:sles:15.4'],
    ['SUSE Linux Enterprise Server for SAP Applications 15 SP4', 'suse:sles:15.4'],
    ['SUSE Linux Enterprise Module for Basesystem 15 SP4', 'suse:sles:15.4'],
    ['SUSE Linux Enterprise High Performance Computing 15 SP4-ESPOS', 'suse:sles:15.4'],
    ['SUSE Linux Enterprise Software Development Kit 12 SP5', 'suse:sles:12.5'],
    ['SUSE Linux Enterprise Server LTSS Extended Security 12 SP5', 'suse:sles:12.5'],
    [
      'SUSE Linux Enterprise Module for Web and Scripting 12',
      'suse:sles:12.0 suse:sles:12.1 suse:sles:12.2 suse:sles:12.3 suse:sles:12.4 suse:sles:12.5',
    ],
    ['SUSE Linux Enterprise Server 12', 'suse:sles:12.0'],
    ['sles10-sp4', 'suse:sles:10.4'],
    ['sles10-sp4-sdk', 'suse:sles:10.4'],
    ['suse102', 'suse:leap:10.2'],
    ['core9', undefined],
    ['SUSE Linux Enterprise Server 16.0', 'suse:sles:16.0'],
    ['SUSE Linux Enterprise Micro 5.2', 'suse:slem:5.2'],
    ['SUSE Linux Micro 6.0', 'suse:slem:6.0'],
    ['openSUSE Leap 15.6', 'suse:leap:15.6'],
    ['openSUSE Tumbleweed', 'suse:tumbleweed'],
    ['SUSE Manager Server 4.3', undefined],
    ['Open Enterprise Server 24.4', undefined],
  ])('%s is of %s', (product, namespace) => {
    expect(releasesOfProduct(product).map(namespaceKey)).toEqual(namespace === undefined ? [] : namespace.split(' '));
  });
});
