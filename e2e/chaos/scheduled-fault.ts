import { setTimeout as wait } from "node:timers/promises";

export interface ScheduledServerFault {
  readonly hasCome: () => boolean;
  readonly done: Promise<void>;
}

export function scheduleServerFault(ms: number, act: () => Promise<void> | void): ScheduledServerFault {
  let hasCome = false;
  const done = wait(ms)
    .then(act)
    .finally(() => {
      hasCome = true;
    });
  return { hasCome: () => hasCome, done };
}
