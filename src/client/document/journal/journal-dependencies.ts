import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { openBroadcastChannel } from "#client/data/api/open-broadcast-channel.ts";
import { type PageUserIdentityTracker, pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { readStoredText, storeText } from "#client/storage/stored-text.ts";
import { type JournalDatabase, createJournalDatabase } from "./journal-database.ts";

export interface JournalDependencies {
  readonly database: JournalDatabase;
  readonly owners: JournalOwners;
  readonly tabId: string;
  readonly identity: Pick<PageUserIdentityTracker, "current" | "known">;
}

let site: JournalDependencies | undefined;

export function getJournalDependencies(): JournalDependencies {
  if (!site) {
    const database = createJournalDatabase();
    site = { database, owners: createOwners(database), tabId: nameTab(), identity: pageUserIdentityTracker };
  }
  return site;
}

const STORAGE_KEY = "flowline-tab";

/** Returns an id that survives reloads of the tab. Without session storage, each page load gets a new id. */
function nameTab(): string {
  const known = readStoredText(STORAGE_KEY, "sessionStorage");
  if (known !== null) return known;
  const id = createSortableId("tab");
  storeText(STORAGE_KEY, id, "sessionStorage");
  return id;
}

/** Each journal has at most one owner. A page from the back/forward cache must become the owner again. */
interface JournalOwners {
  readonly page: string;
  /** Returns the function that ends the ownership, or undefined if another page owns the journal. */
  readonly hold: (id: string) => Promise<(() => void) | undefined>;
  readonly findHeld: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Whether another page may take over at any time, so that every write must first check the owner. */
  readonly mayLose: boolean;
}

function createOwners(database: JournalDatabase): JournalOwners {
  const page = createSortableId("page");
  // Web Locks are missing outside secure contexts, such as plain HTTP to another machine.
  const { locks } = navigator as { readonly locks?: LockManager };
  return locks ? createWebLockJournalOwners(page, locks) : createBroadcastJournalOwners(page, database);
}

/** Uses Web Locks, which the browser releases when the page ends, even after a crash. */
export function createWebLockJournalOwners(page: string, locks: LockManager): JournalOwners {
  const nameOf = (id: string) => `flowline:journal:${id}`;
  return {
    page,
    mayLose: false,
    hold: (id) =>
      new Promise((resolve, reject) => {
        const keep = (lock: Lock | null) =>
          new Promise<void>((release) => {
            resolve(lock ? release : undefined);
            if (!lock) release();
          });
        locks.request(nameOf(id), { ifAvailable: true }, keep).catch(reject);
      }),
    findHeld: async (ids) => {
      const { held = [] } = await locks.query();
      const names = new Set(held.map(({ name }) => name));
      return new Set(ids.filter((id) => names.has(nameOf(id))));
    },
  };
}

/** A frozen page does not answer and may lose its journal; it detects this before its next write. */
const ANSWER_MS = 300;

type Message =
  | { readonly type: "ask"; readonly question: string; readonly ids: readonly string[] }
  | { readonly type: "answer"; readonly question: string; readonly ids: readonly string[] };

/** Without Web Locks, a journal stores the id of its page, and pages ask each other which are open. */
export function createBroadcastJournalOwners(page: string, database: JournalDatabase): JournalOwners {
  const own = new Set<string>();
  const channel = openBroadcastChannel("flowline:journals");
  const answers = new Map<string, Set<string>>();
  const send = (message: Message) => {
    // Disables a lint rule for `window.postMessage`: a `BroadcastChannel` has no target origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    channel?.postMessage(message);
  };
  channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data.type === "answer") {
      for (const id of data.ids) answers.get(data.question)?.add(id);
      return;
    }
    const ids = data.ids.filter((id) => own.has(id));
    if (ids.length > 0) send({ type: "answer", question: data.question, ids });
  });

  const findHeld = async (ids: readonly string[]) => {
    const held = new Set(ids.filter((id) => own.has(id)));
    const others = ids.filter((id) => !held.has(id));
    if (others.length === 0) return held;
    const question = createSortableId("ask");
    answers.set(question, held);
    send({ type: "ask", question, ids: others });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    answers.delete(question);
    return held;
  };

  return {
    page,
    mayLose: true,
    findHeld,
    hold: async (id) => {
      const connection = await database.connect();
      const found = await connection.get("journals", id);
      if (found) {
        if ((await findHeld([id])).has(id)) return undefined;
        const change = connection.transaction("journals", "readwrite", { durability: "strict" });
        const latest = await change.store.get(id);
        if (latest?.owner !== found.owner) return undefined;
        await change.store.put({ ...latest, owner: page });
        await change.done;
      }
      own.add(id);
      return () => void own.delete(id);
    },
  };
}
