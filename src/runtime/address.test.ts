import { BlockList, isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIpAddress, isLoopbackHost, isPrivateAddress } from './address.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '100.100.100.200',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fdff::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::127.0.0.1',
    '2002:7f00:1::',
    '2001:db8::1',
    '2001::1',
    '3fff::1',
    '::127.0.0.1',
    '100::1',
    'localhost',
    '',
    '1.2.3',
    '256.1.1.1',
  ])('refuses %j', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '168.63.129.17',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::',
  ])('lets %j through', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it('agrees with the block lists of Node for any IPv4 address', () => {
    const list = new BlockList();
    for (const [net, bits] of [
      ['0.0.0.0', 8],
      ['10.0.0.0', 8],
      ['100.64.0.0', 10],
      ['127.0.0.0', 8],
      ['168.63.129.16', 32],
      ['169.254.0.0', 16],
      ['172.16.0.0', 12],
      ['192.0.0.0', 24],
      ['192.0.2.0', 24],
      ['192.88.99.0', 24],
      ['192.168.0.0', 16],
      ['198.18.0.0', 15],
      ['198.51.100.0', 24],
      ['203.0.113.0', 24],
      ['224.0.0.0', 3],
    ] as const) {
      list.addSubnet(net, bits);
    }
    const interesting = fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 223, 224);
    const octet = fc.nat(255);
    fc.assert(
      fc.property(
        fc.oneof(octet, interesting),
        fc.oneof(octet, fc.constantFrom(0, 16, 18, 51, 64, 88, 168, 254)),
        octet,
        octet,
        (a, b, c, d) => {
          const address = `${a}.${b}.${c}.${d}`;
          expect(isPrivateAddress(address)).toBe(list.check(address));
          expect(isPrivateAddress(`::ffff:${address}`)).toBe(list.check(address));
        },
      ),
      { numRuns: runs },
    );
  });

  it('knows an address when it sees one, as Node does', () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/));
    fc.assert(
      fc.property(text, (address) => {
        expect(isIpAddress(address)).toBe(isIP(address) !== 0);
      }),
      { numRuns: runs },
    );
  });
});

describe('isLoopbackHost', () => {
  it.each([
    ['localhost', true],
    ['a.localhost', true],
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['[::1]', true],
    ['[0:0:0:0:0:0:0:1]', true],
    ['[::2]', false],
    ['10.0.0.1', false],
    ['localhost.example', false],
    ['127.0.0.1.example', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
