import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import {
  type UnacknowledgedDeletion,
  removeUnacknowledgedDeletion,
  readDeletionsOfUser,
  readUnacknowledgedDeletions,
  storeUnacknowledgedDeletion,
} from "./unacknowledged-deletions.ts";

const UNDO_MS = 8000;

export interface UndoableDeletionRequest {
  readonly kind: UnacknowledgedDeletion["kind"];
  readonly ids: readonly string[];
  /** The version of the flow that the user deletes; undefined for other rows, which have no versions. */
  readonly version?: string;
  /** Reports a failure itself. The deleted rows stay hidden until the promise resolves. */
  readonly send: (ids: readonly string[]) => Promise<void>;
  readonly sendOnExit: (ids: readonly string[]) => void;
  readonly onUndo?: () => void;
}

interface Deletion extends UndoableDeletionRequest {
  readonly timer: ReturnType<typeof setTimeout>;
}

export type PendingDeletionState = "waiting" | "sent";

const idsOf = (deletions: readonly UnacknowledgedDeletion[]) => deletions.flatMap(({ ids }) => ids);

const hiddenStore = createStore<ReadonlySet<string>>(() => new Set(idsOf(readUnacknowledgedDeletions())));
const waiting = new Set<Deletion>();

/** Navigation within the app does not shorten the time for undo; closing the page sends the requests. */
export const pendingDeletionScheduler = {
  schedule(request: UndoableDeletionRequest): void {
    const hidden = hiddenStore.getState();
    const ids = request.ids.filter((id) => !hidden.has(id));
    if (ids.length === 0) return;
    const deletion: Deletion = {
      ...request,
      ids,
      timer: setTimeout(() => void sendDeletion(deletion), UNDO_MS),
    };
    waiting.add(deletion);
    // Before the request: a tab that crashes sends nothing, and the next visit must report that.
    storeDeletion(deletion, Date.now() + UNDO_MS);
    setHidden([...hidden, ...ids]);
  },

  /** Restores all rows that were deleted with `id`; false if the request was already sent. */
  undo(id: string): boolean {
    const deletion = [...waiting].find(({ ids }) => ids.includes(id));
    if (deletion) undoDeletion(deletion);
    return deletion !== undefined;
  },

  undoLatest(this: void): void {
    const last = [...waiting].at(-1);
    if (last) undoDeletion(last);
  },

  async flush(this: void): Promise<void> {
    await Promise.all([...waiting].map(sendDeletion));
  },

  /** For a closing page, which ends the timers. `sendOnExit` uses `keepalive` to outlive it. */
  sendNow(this: void): void {
    for (const deletion of waiting) {
      startSending(deletion);
      deletion.sendOnExit(deletion.ids);
    }
  },

  /** Call when the outcome is known or the deletion is undone: rows that the server still has reappear in lists. */
  resolve(sent: Pick<UnacknowledgedDeletion, "ids">): void {
    removeUnacknowledgedDeletion(sent);
    showRows(sent.ids);
  },
};

/** Until the user is known, hides the deleted rows of all users: no visible row must disappear. */
void pageUserIdentityTracker.known().then((identity) => {
  const own = idsOf(readDeletionsOfUser(identity));
  showRows(idsOf(readUnacknowledgedDeletions()).filter((id) => !own.includes(id)));
});

export function useIdsOfPendingDeletions(): ReadonlySet<string> {
  return useStore(hiddenStore);
}

export function usePendingDeletionStateOfId(id: string): PendingDeletionState | undefined {
  return useStore(hiddenStore, (hidden) => {
    if (!hidden.has(id)) return undefined;
    return [...waiting].some(({ ids }) => ids.includes(id)) ? "waiting" : "sent";
  });
}

async function sendDeletion(deletion: Deletion): Promise<void> {
  startSending(deletion);
  await deletion.send(deletion.ids);
  pendingDeletionScheduler.resolve(deletion);
}

function startSending(deletion: Deletion): void {
  stopWaiting(deletion);
  storeDeletion(deletion, Date.now());
  // Notifies the rows, which show that the deletion can no longer be undone.
  setHidden([...hiddenStore.getState()]);
}

function undoDeletion(deletion: Deletion) {
  stopWaiting(deletion);
  pendingDeletionScheduler.resolve(deletion);
  deletion.onUndo?.();
}

function stopWaiting(deletion: Deletion) {
  clearTimeout(deletion.timer);
  waiting.delete(deletion);
}

function storeDeletion({ kind, ids, version }: Deletion, sentAt: number) {
  storeUnacknowledgedDeletion({ kind, ids, version, sentAt, identity: pageUserIdentityTracker.current() });
}

function showRows(ids: readonly string[]) {
  setHidden([...hiddenStore.getState()].filter((id) => !ids.includes(id)));
}

function setHidden(ids: readonly string[]) {
  hiddenStore.setState(new Set(ids), true);
}
