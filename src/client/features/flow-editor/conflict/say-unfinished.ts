import { toasts } from "#client/ui/toasts.ts";

/** Why nothing was merged: a half-typed text stands over what the other side has changed. */
export function sayUnfinished(): void {
  toasts.show({
    text: "Not merged. Fix or discard the marked text first: what it was begun on was changed elsewhere.",
    tone: "danger",
  });
}
