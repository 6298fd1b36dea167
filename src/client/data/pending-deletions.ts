import { useSyncExternalStore } from "react";

/** How long a deletion can be undone, in milliseconds; only then is it sent. */
const UNDO_MS = 8000;

interface Deletion {
  readonly ids: readonly string[];
  readonly timer: ReturnType<typeof setTimeout>;
  readonly onUndo: () => void;
}

let hidden: ReadonlySet<string> = new Set();
/** In the order they were asked for. */
const waiting = new Set<Deletion>();
const listeners = new Set<() => void>();

/**
 * Flows and records that a person has deleted and the server has not, yet. They live as long as the page: closing it cancels what was
 * not sent, going to another page of the dashboard does not.
 */
export const pendingDeletions = {
  /** Hides it now and calls `send` in eight seconds; it stays hidden until what `send` returns is done. */
  schedule(id: string, send: () => Promise<void>, onUndo?: () => void): void {
    pendingDeletions.scheduleAll([id], send, onUndo);
  },

  /** The same for several that were deleted by one act; undoing it for any of them brings all of them back. */
  scheduleAll(
    all: readonly string[],
    send: (ids: readonly string[]) => Promise<void>,
    onUndo: () => void = () => undefined,
  ): void {
    const ids = all.filter((id) => !hidden.has(id));
    if (ids.length === 0) return;
    const run = async () => {
      waiting.delete(deletion);
      await send(ids);
      show(ids);
    };
    const deletion: Deletion = { ids, timer: setTimeout(() => void run(), UNDO_MS), onUndo };
    waiting.add(deletion);
    set(new Set([...hidden, ...ids]));
  },

  /** False when it is too late: the request is under way, or was answered. */
  undo(id: string): boolean {
    const deletion = [...waiting].find(({ ids }) => ids.includes(id));
    if (deletion) takeBack(deletion);
    return deletion !== undefined;
  },

  /** Brings back what was deleted last, if it still can be. */
  undoLatest(this: void): void {
    const last = [...waiting].at(-1);
    if (last) takeBack(last);
  },
};

/** Ids of what no list should show. */
export function usePendingDeletions(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => hidden);
}

function takeBack(deletion: Deletion) {
  clearTimeout(deletion.timer);
  waiting.delete(deletion);
  show(deletion.ids);
  deletion.onUndo();
}

function show(ids: readonly string[]) {
  const next = new Set(hidden);
  for (const id of ids) next.delete(id);
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
