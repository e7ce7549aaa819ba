import { member, text } from '../../../formats/json-stream/index.ts';
import { esmServices, type EsmService } from './esm.ts';

/** The services of ESM that a machine has, by the status that the Ubuntu Pro client keeps; undefined for what is no such status. */
export function esmOfStatus(content: string): ReadonlySet<EsmService> | undefined {
  let status: unknown;
  try {
    status = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (typeof member(status, 'attached') !== 'boolean') return undefined;
  if (member(status, 'attached') !== true) return new Set();
  const services = member(status, 'services');
  const enabled = (Array.isArray(services) ? services : [])
    .filter((service: unknown) => member(service, 'status') === 'enabled')
    .map((service: unknown) => text(member(service, 'name')));
  return new Set(esmServices.filter((service) => enabled.includes(`esm-${service}`)));
}
