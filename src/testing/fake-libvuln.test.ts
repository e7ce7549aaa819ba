import type { Vulnerability } from '../core/index.ts';
import { FakeLibvuln } from './fake-libvuln.ts';
import { fakeVulnerability } from './fake-vulnerability.ts';
import { libvulnSuite } from './libvuln-suite.ts';

libvulnSuite('FakeLibvuln', async () => {
  const libvuln = new FakeLibvuln();
  // What did not change is the same object: that is how the fake knows it.
  const known = new Map<string, Vulnerability>();
  const vulnerability = (name: string, of: string): Vulnerability => {
    const made = known.get(`${name} ${of}`) ?? fakeVulnerability(of, { name, description: `about ${name}` });
    known.set(`${name} ${of}`, made);
    return made;
  };
  return {
    libvuln,
    publish(updater, advisories) {
      const vulnerabilities = Object.entries(advisories).map(([name, of]) => vulnerability(name, of));
      libvuln.publish({ updater, namespaces: [updater === 'one' ? 'distro:1' : 'distro:2'], vulnerabilities });
    },
    fail: (updater) => void libvuln.fail(updater),
    hold: (updater) => libvuln.hold(updater),
    [Symbol.asyncDispose]: () => libvuln[Symbol.asyncDispose](),
  };
});
