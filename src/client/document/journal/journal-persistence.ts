import { computeDocumentFingerprint } from "#core/document/fingerprint.ts";
import { runWhenBrowserIdle } from "#client/data/api/run-when-browser-idle.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { deleteJournalsWithoutWork } from "./list-unopened-journals.ts";
import { type JournalStorageFailureReason, toJournalStorageFailureReason } from "./journal-database.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import { type JournalLock, createJournalWriter } from "./journal-writer.ts";

/** Handlers for lifecycle events of the page. After `onHide` or `onSleep`, the browser may discard the page. */
export interface PageLifecycleHandlers {
  readonly onHide: () => void;
  readonly onSleep: () => void;
  readonly onWake: () => void;
}

function followPage({ onHide, onSleep, onWake }: PageLifecycleHandlers): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener("visibilitychange", () => document.hidden && onHide(), { signal });
  addEventListener(
    "pagehide",
    ({ persisted }) => {
      onHide();
      if (persisted) onSleep();
    },
    { signal },
  );
  addEventListener("pageshow", ({ persisted }) => persisted && onWake(), { signal });
  return () => listening.abort();
}

/** Edits must be persisted within 300 ms, including the debounce of text fields and the write. */
const FLUSH_AFTER_MS = 100;
/** The write is then reported as failed, although it may still complete. */
const STUCK_MS = 5000;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60_000;

export interface JournalPersistenceOptions {
  readonly server: () => string;
  readonly onTrouble: (trouble: JournalStorageFailureReason) => void;
  readonly follow?: typeof followPage;
}

/** Compares states instead of handling edits, to include edits made before this code was loaded. */
export function startJournalPersistence(
  openFlow: OpenFlow,
  site: JournalDependencies,
  options: JournalPersistenceOptions,
) {
  const { server, onTrouble, follow = followPage } = options;
  const writer = createJournalWriter(site, server);
  let persisted: OpenFlowState | undefined;
  let sent: OpenFlowState | undefined;
  let editedAt = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let failures = 0;
  let trouble: JournalStorageFailureReason | undefined;
  let isReported = false;
  let isStopped = false;

  const isDue = () => {
    const state = openFlow.getState();
    if (writer.isAbsorbing()) return true;
    return persisted ? hasWorkChanged(persisted, state) : writer.isBegun() || isWorthKeeping(state);
  };

  const schedule = (delayMs: number) => {
    if (isStopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void flush();
    }, delayMs);
  };

  const fail = (reason: JournalStorageFailureReason) => {
    trouble = reason;
    openFlow.setPersisted(false);
    if (isReported) return;
    isReported = true;
    onTrouble(reason);
  };

  const attempt = async (write: typeof writer.flush): Promise<void> => {
    const stuck = setTimeout(() => fail("unavailable"), STUCK_MS);
    try {
      persisted = await write(() => (sent = openFlow.getState()), editedAt);
      failures = 0;
      trouble = undefined;
      openFlow.setPersisted(true);
      if (isDue()) schedule(0);
    } catch (error) {
      persisted = undefined;
      fail(toJournalStorageFailureReason(error));
      schedule(Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS));
      failures += 1;
    } finally {
      sent = undefined;
      clearTimeout(stuck);
    }
  };

  const flush = (): Promise<void> => {
    running = running.then(async () => {
      if (!isDue()) return;
      if (trouble === "full") await deleteJournalsWithoutWork(site).catch(() => undefined);
      await attempt(writer.flush);
    });
    return running;
  };

  const flushNow = () => {
    openFlow.flush();
    const isSent = sent !== undefined && !hasWorkChanged(sent, openFlow.getState());
    if (isDue() && !isSent) void attempt(writer.flushNow);
  };

  const unsubscribe = openFlow.subscribe((state, before) => {
    if (!hasWorkChanged(before, state)) return;
    editedAt = Date.now();
    // After a failure, the back-off has already scheduled the next attempt.
    if (failures === 0) schedule(FLUSH_AFTER_MS);
  });
  const unfollow = follow({
    onHide: flushNow,
    onSleep: writer.letGo,
    onWake: () => {
      persisted = undefined;
      running = running.then(writer.wake).catch(() => undefined);
      void flush();
    },
  });
  const unlisten = site.database.onLoss(() => {
    if (site.database.current()) flushNow();
    writer.forget();
    persisted = undefined;
    schedule(FLUSH_AFTER_MS);
  });
  // Ignores a failure of the preparation: the first write would fail the same way and report the failure.
  void writer.prepare().catch(() => undefined);
  // The first write is short then: it computes only the hashes of edited steps.
  runWhenBrowserIdle(() => computeDocumentFingerprint(openFlow.getState().history.document));
  void flush();

  return {
    flush,

    /** Adds the signed-in user to a journal that was created before the user was known. */
    attribute: async (): Promise<void> => {
      if (!writer.isBegun()) return;
      persisted = undefined;
      await flush();
    },

    /** Calls `takeIn`, and deletes the journal `held` once this page's journal contains its work. */
    absorb: async (held: JournalLock, takeIn: () => void): Promise<void> => {
      takeIn();
      writer.absorb(held);
      await flush();
    },

    /** Stops persisting. A journal with unsaved work is kept for recovery; other journals are deleted. */
    stop: async (): Promise<void> => {
      isStopped = true;
      unsubscribe();
      unfollow();
      unlisten();
      clearTimeout(timer);
      await flush();
      if (countUnsavedEdits(openFlow.getState()) === 0) await writer.drop().catch(() => undefined);
      writer.stop();
    },
  };
}

export type JournalPersistence = ReturnType<typeof startJournalPersistence>;

/** Edits, invalid input or pending JSON: a flow that is only viewed needs no journal. */
function isWorthKeeping({ history, invalidInputs, pendingJson }: OpenFlowState): boolean {
  return history.entries.length > 0 || invalidInputs.length > 0 || pendingJson !== undefined;
}

function hasWorkChanged(a: OpenFlowState, b: OpenFlowState): boolean {
  return (["history", "unacknowledgedSaves", "invalidInputs", "pendingJson", "decisions"] as const).some(
    (name) => a[name] !== b[name],
  );
}
