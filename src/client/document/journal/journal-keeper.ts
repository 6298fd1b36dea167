import type { OpenFlow, OpenFlowState } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { dropCleanJournals } from "./find-journals.ts";
import { followPage } from "./follow-page.ts";
import { type JournalTrouble, nameTrouble } from "./journal-database.ts";
import type { JournalSite } from "./journal-site.ts";
import { type HeldJournal, createJournalWriter } from "./journal-writer.ts";

/**
 * After the first edit that is not kept yet, in milliseconds. The rest of the promised 300 are for what is typed, which
 * becomes an edit a moment later, and for the write.
 */
const FLUSH_AFTER_MS = 100;
/** A write that takes longer is not relied on, though it may come to its end yet. */
const STUCK_MS = 5000;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60_000;

export interface KeeperOptions {
  /** The API that holds the flow. */
  readonly server: () => string;
  /** Called once, however often it fails: editing goes on, and it is tried again without a word. */
  readonly onTrouble: (trouble: JournalTrouble) => void;
  readonly follow?: typeof followPage;
}

/**
 * Keeps an open flow on this device: what was edited is in its journal a moment later. It looks at what the flow is, not
 * at what happens to it, so that edits from before it was there are in the first write.
 */
export function startKeeping(openFlow: OpenFlow, site: JournalSite, options: KeeperOptions) {
  const { server, onTrouble, follow = followPage } = options;
  const writer = createJournalWriter(site, server);
  let kept: OpenFlowState | undefined;
  /** On its way to the device. */
  let sent: OpenFlowState | undefined;
  let editedAt = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let failures = 0;
  let trouble: JournalTrouble | undefined;
  let isTold = false;
  let isStopped = false;

  const isDue = () => {
    const state = openFlow.getState();
    if (writer.isAbsorbing()) return true;
    return kept ? isOther(kept, state) : writer.isBegun() || isWorthKeeping(state);
  };

  const schedule = (delayMs: number) => {
    if (isStopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void flush();
    }, delayMs);
  };

  const fail = (reason: JournalTrouble) => {
    trouble = reason;
    openFlow.setKeptOnDevice(false);
    if (isTold) return;
    isTold = true;
    onTrouble(reason);
  };

  const attempt = async (write: typeof writer.flush): Promise<void> => {
    const stuck = setTimeout(() => fail("unavailable"), STUCK_MS);
    try {
      kept = await write(() => (sent = openFlow.getState()), editedAt);
      failures = 0;
      trouble = undefined;
      openFlow.setKeptOnDevice(true);
      if (isDue()) schedule(0);
    } catch (error) {
      kept = undefined;
      fail(nameTrouble(error));
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
      if (trouble === "full") await dropCleanJournals(site).catch(() => undefined);
      await attempt(writer.flush);
    });
    return running;
  };

  const flushNow = () => {
    openFlow.settle();
    const isSent = sent !== undefined && !isOther(sent, openFlow.getState());
    if (isDue() && !isSent) void attempt(writer.flushNow);
  };

  const unsubscribe = openFlow.subscribe((state, before) => {
    if (!isOther(before, state)) return;
    editedAt = Date.now();
    // Where it failed, the next try is waited for.
    if (failures === 0) schedule(FLUSH_AFTER_MS);
  });
  const unfollow = follow({
    onHide: flushNow,
    onSleep: writer.letGo,
    onWake: () => {
      kept = undefined;
      running = running.then(writer.wake).catch(() => undefined);
      void flush();
    },
  });
  const unlisten = site.database.onLoss(() => {
    if (site.database.current()) flushNow();
    writer.forget();
    kept = undefined;
    schedule(FLUSH_AFTER_MS);
  });
  // Where that fails there may never be anything to keep; the first write would say so.
  void writer.prepare().catch(() => undefined);
  void flush();

  return {
    /** Resolves once what stands here now is on the device, or could not be kept. */
    flush,

    /**
     * Takes the work of another journal over: `takeIn` brings it into the open flow, and once that is on the device the
     * other journal is gone from it.
     */
    absorb: async (held: HeldJournal, takeIn: () => void): Promise<void> => {
      takeIn();
      writer.absorb(held);
      await flush();
    },

    /** The flow is closed. What is unsaved stays for whoever opens it next; where all is saved there is nothing to keep. */
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

export type JournalKeeper = ReturnType<typeof startKeeping>;

/** Nothing is written for a flow that is only looked at. */
function isWorthKeeping({ history, brokenTexts, unappliedText }: OpenFlowState): boolean {
  return history.entries.length > 0 || brokenTexts.length > 0 || unappliedText !== undefined;
}

function isOther(a: OpenFlowState, b: OpenFlowState): boolean {
  return (["history", "unanswered", "brokenTexts", "unappliedText", "decisions"] as const).some(
    (name) => a[name] !== b[name],
  );
}
