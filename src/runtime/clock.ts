/** Where instants come from: injected, so that the same input gives the same bytes. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = Object.freeze({ now: () => new Date() });

/** A clock that stands still. */
export function fixedClock(instant: Date): Clock {
  return Object.freeze({ now: () => new Date(instant) });
}
