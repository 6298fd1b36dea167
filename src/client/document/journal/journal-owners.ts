import { openChannel } from "#client/data/open-channel.ts";
import { mintId } from "#client/data/mint-id.ts";
import { type JournalDatabase } from "./journal-database.ts";

/**
 * Which page has which journal. What no living page has, whoever finds it may take. A page that comes back from the
 * browser's cache asks anew for what it had.
 */
export interface JournalOwners {
  /** This page, not its tab: another life of it after a reload is another page. */
  readonly page: string;
  /** Takes a journal that no other page has. Returns what gives it back; undefined where another has it, or took it first. */
  readonly hold: (id: string) => Promise<(() => void) | undefined>;
  /** Those of the journals that a living page has, be it this one. */
  readonly findHeld: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** A page may lose a journal without being told, so that every write has to look first. */
  readonly mayLose: boolean;
}

export function createOwners(database: JournalDatabase): JournalOwners {
  const page = mintId("page");
  // There are no locks outside secure contexts: a server on another machine of the network, reached by plain http.
  const { locks } = navigator as { readonly locks?: LockManager };
  return locks ? createLockOwners(page, locks) : createAskingOwners(page, database);
}

/** Locks end with their page, however it ends. */
export function createLockOwners(page: string, locks: LockManager): JournalOwners {
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

/** Living pages answer long before; one that is frozen does not, and looks before it writes again. */
const ANSWER_MS = 300;

type Message =
  | { readonly type: "ask"; readonly question: string; readonly ids: readonly string[] }
  | { readonly type: "answer"; readonly question: string; readonly ids: readonly string[] };

/**
 * Without locks the journal says which page writes it, and pages are asked whether they live. Of two that take the same
 * journal, the second finds that it says another page by now.
 */
export function createAskingOwners(page: string, database: JournalDatabase): JournalOwners {
  const own = new Set<string>();
  // Where nobody can be asked, nobody answers.
  const channel = openChannel("flowline:journals");
  const answers = new Map<string, Set<string>>();
  const send = (message: Message) => {
    // The rule takes it for a window's, which wants to know whom it may reach.
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
    const question = mintId("ask");
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
        const now = await change.store.get(id);
        if (now?.owner !== found.owner) return undefined;
        await change.store.put({ ...now, owner: page });
        await change.done;
      }
      own.add(id);
      return () => void own.delete(id);
    },
  };
}
