import { useSyncExternalStore } from "react";

/** How long a deletion can be undone, in milliseconds; only then is it sent. */
const UNDO_MS = 8000;

interface Deletion {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly onUndo: () => void;
}

let hidden: ReadonlySet<string> = new Set();
const waiting = new Map<string, Deletion>();
const listeners = new Set<() => void>();

/**
 * Flows that a person has deleted and the server has not, yet. They live as long as the page: closing it cancels what was
 * not sent, going to another page of the dashboard does not.
 */
export const pendingDeletions = {
  /** Hides the flow now and calls `send` in eight seconds; the flow stays hidden until what `send` returns is done. */
  schedule(id: string, send: () => Promise<void>, onUndo: () => void = () => undefined): void {
    if (hidden.has(id)) return;
    const run = async () => {
      waiting.delete(id);
      await send();
      show(id);
    };
    waiting.set(id, { timer: setTimeout(() => void run(), UNDO_MS), onUndo });
    set(new Set(hidden).add(id));
  },

  /** False when it is too late: the request is under way, or was answered. */
  undo(id: string): boolean {
    const deletion = waiting.get(id);
    if (!deletion) return false;
    clearTimeout(deletion.timer);
    waiting.delete(id);
    show(id);
    deletion.onUndo();
    return true;
  },

  /** Brings back the flow that was deleted last, if it still can be. */
  undoLatest(this: void): void {
    const last = [...waiting.keys()].at(-1);
    if (last !== undefined) pendingDeletions.undo(last);
  },
};

/** Ids of the flows that no list should show. */
export function usePendingDeletions(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => hidden);
}

function show(id: string) {
  const next = new Set(hidden);
  next.delete(id);
  set(next);
}

function set(next: ReadonlySet<string>) {
  hidden = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
