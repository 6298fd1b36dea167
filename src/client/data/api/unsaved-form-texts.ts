import { pageUserIdentityTracker } from "./page-identity.ts";
import { currentBrowserTabId } from "./tab-id.ts";
import { listStoredKeys, parseStoredJson, readStoredText, storeText } from "#client/storage/stored-text.ts";

/** Unsaved text of a form, stored in `localStorage` separately for each signed-in user. */
export interface UnsavedFormText {
  readonly form: string;
  readonly title: string;
  readonly path: string;
  readonly editedAt: number;
  readonly value: unknown;
}

interface StoredText extends UnsavedFormText {
  readonly tab: string;
}

/** Key prefix for forms that are open in a tab. */
const OPEN = "flowline-typing-";
/** Key prefix for unsaved text of forms that are no longer open. */
const LEFT = "flowline-text-";
/** Without Web Locks, a tab that has stored no text for this long counts as closed. */
const CLOSED_AFTER_MS = 60 * 60 * 1000;

const openKey = (form: string) => pageUserIdentityTracker.storageKey(`${OPEN}${currentBrowserTabId}-${form}`);
const leftKey = (form: string) => pageUserIdentityTracker.storageKey(`${LEFT}${form}`);

export const unsavedFormTexts = {
  store(text: UnsavedFormText): void {
    holdTab();
    write(openKey(text.form), text);
    drop(text.form);
  },

  forget(form: string): void {
    this.close(form);
    drop(form);
  },

  /** Keeps the text that {@link leave} has stored for the next visit. */
  close(form: string): void {
    remove(openKey(form));
    if (keysOf(OPEN).every((key) => read(key)?.tab !== currentBrowserTabId)) releaseTab();
  },

  leave(text: UnsavedFormText): void {
    write(leftKey(text.form), text);
  },

  isLeft(form: string): boolean {
    return read(leftKey(form)) !== undefined;
  },

  async take(form: string): Promise<UnsavedFormText | undefined> {
    await adoptAbandoned();
    const text = read(leftKey(form));
    remove(leftKey(form));
    return text;
  },

  /** Returns the text of forms that are not open in any tab, newest first. */
  async list(): Promise<readonly UnsavedFormText[]> {
    await adoptAbandoned();
    return newestFirst(keysOf(LEFT));
  },

  /** Returns all unsaved text of the signed-in user, one entry per form, newest first. */
  async listAll(): Promise<readonly UnsavedFormText[]> {
    const all = newestFirst([...keysOf(OPEN), ...keysOf(LEFT)]);
    return all.filter(({ form }, index) => all.findIndex((other) => other.form === form) === index);
  },
};

/** The user has chosen what becomes of the text, so leaving the page shows no prompt. */
export function isFormTextOfSignOut(form: string): boolean {
  const signOut = pageUserIdentityTracker.signOut();
  return signOut === "discarding" || (signOut === "keeping" && unsavedFormTexts.isLeft(form));
}

/** For tabs that ended without closing their forms. Of several texts of a form, only the newest remains. */
async function adoptAbandoned(): Promise<void> {
  const others = keysOf(OPEN).filter((key) => read(key)?.tab !== currentBrowserTabId);
  if (others.length === 0) return;
  const live = await findLiveTabs();
  for (const key of others) {
    const text = read(key);
    if (!text) remove(key);
    if (!text || isLive(text, live)) continue;
    const left = read(leftKey(text.form));
    if (!left || left.editedAt < text.editedAt) write(leftKey(text.form), text, text.tab);
    remove(key);
  }
}

function isLive({ tab, editedAt }: StoredText, live: ReadonlySet<string> | undefined): boolean {
  return live ? live.has(lockOf(tab)) : Math.abs(Date.now() - editedAt) < CLOSED_AFTER_MS;
}

const lockOf = (tab: string) => `flowline:typing:${tab}`;
/** Undefined outside secure contexts, such as plain HTTP to another machine. */
const locks = (): LockManager | undefined => (navigator as { readonly locks?: LockManager }).locks;

async function findLiveTabs(): Promise<ReadonlySet<string> | undefined> {
  const state = await locks()?.query();
  return state && new Set(state.held?.map(({ name }) => name ?? ""));
}

let releaseTab = () => {};
let isTabHeld = false;

/** Held only while a form is open, because a lock excludes the page from the back/forward cache. */
function holdTab(): void {
  if (isTabHeld) return;
  isTabHeld = true;
  const released = new Promise<void>((resolve) => {
    releaseTab = () => {
      isTabHeld = false;
      releaseTab = () => {};
      resolve();
    };
  });
  locks()
    ?.request(lockOf(currentBrowserTabId), () => released)
    .catch(() => undefined);
}

function newestFirst(keys: readonly string[]): readonly UnsavedFormText[] {
  return keys.flatMap((key) => read(key) ?? []).toSorted((a, b) => b.editedAt - a.editedAt);
}

function drop(form: string): void {
  if (read(leftKey(form))?.tab === currentBrowserTabId) remove(leftKey(form));
}

function keysOf(prefix: string): readonly string[] {
  const suffix = pageUserIdentityTracker.storageKey("");
  if (suffix === undefined) return [];
  return listStoredKeys().filter(
    (key) => key.startsWith(prefix) && (suffix === "" ? !key.includes("@") : key.endsWith(suffix)),
  );
}

function write(key: string | undefined, text: UnsavedFormText, tab = currentBrowserTabId): void {
  // Sign-out has deleted the user's text: a form that is still mounted must not store text again.
  if (pageUserIdentityTracker.signOut() !== "discarding") storeText(key, JSON.stringify({ ...text, tab }));
}

const remove = (key: string | undefined) => storeText(key, null);

function read(key: string | undefined): StoredText | undefined {
  const value = parseStoredJson(readStoredText(key));
  return isStoredText(value) ? value : undefined;
}

function isStoredText(value: unknown): value is StoredText {
  const { form, title, path, tab, editedAt } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const areTexts = [form, title, path, tab].every((text) => typeof text === "string");
  // Rejects paths such as `//host`, because a link to such a path leads to another origin.
  return areTexts && typeof editedAt === "number" && /^\/(?!\/)/.test(String(path));
}
