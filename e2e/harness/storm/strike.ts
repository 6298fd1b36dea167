import { setTimeout as wait } from "node:timers/promises";

export interface Strike {
  readonly hasCome: () => boolean;
  /** Resolves when it has. */
  readonly done: Promise<void>;
}

/** Something that happens in the middle of whatever else is done. */
export function strikeIn(ms: number, act: () => Promise<void> | void): Strike {
  let hasCome = false;
  const done = wait(ms)
    .then(act)
    .finally(() => {
      hasCome = true;
    });
  return { hasCome: () => hasCome, done };
}
