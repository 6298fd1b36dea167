import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type ServerCapabilities, LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import { listStoredKeys, storeText } from "#client/storage/stored-text.ts";

export interface PageExitRequest {
  readonly to: string;
  readonly isDiscarding: boolean;
}

export interface KeepOrDiscardWorkHandlers {
  readonly keep: () => Promise<unknown>;
  readonly discard: () => void;
}

/** `keeping`, `discarding`: the choice about unsaved work is made, so leaving the page shows no prompt. */
type SignOut = "none" | "begun" | "keeping" | "discarding";

const PATIENCE_MS = 2000;

/** Reloads the page if the server reports another user, so that no data passes to them. */
export function createPageUserIdentityTracker(leave: (to: string) => void = (to) => location.replace(to)) {
  let current: string | undefined;
  let isEnding = false;
  const signOut = createStore<SignOut>(() => "none");
  let publishKnown: (identity: string) => void = () => {};
  const known = new Promise<string>((resolve) => {
    publishKnown = resolve;
  });
  const held = new Set<KeepOrDiscardWorkHandlers>();
  const keepWork = async () => {
    const kept = Promise.allSettled([...held].map(({ keep }) => keep()));
    await Promise.race([kept, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  };

  const end = async ({ to, isDiscarding }: PageExitRequest): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    // Hides the page while unsaved work is persisted, because the next user must not see its content.
    if (typeof document !== "undefined") document.body.hidden = true;
    if (isDiscarding) {
      signOut.setState("discarding");
      for (const { discard } of held) discard();
    }
    await keepWork();
    leave(to);
  };

  return {
    current: () => current,

    known: () => known,

    /** Returns false if the page is closing, for example because the user is another one than before. */
    adopt: (capabilities: ServerCapabilities): boolean => {
      const identity = identityOf(capabilities);
      if (identity === undefined || identity === current) return !isEnding;
      if (current === undefined) {
        current = identity;
        publishKnown(identity);
        return true;
      }
      // Drops the query and the fragment, which may contain the previous user's input.
      const { pathname } = location;
      void end({ to: pathname === "/sign-in" ? "/" : pathname, isDiscarding: false });
      return false;
    },

    end,
    isEnding: () => isEnding,

    holdWork: (work: KeepOrDiscardWorkHandlers) => {
      held.add(work);
      return () => void held.delete(work);
    },

    keepWork,

    signOut: signOut.getState,
    setSignOut: signOut.setState,
    useSignOut: () => useStore(signOut),
    /** The router never resolves a blocked navigation. */
    untilSignOutStopped: () =>
      new Promise<void>((resolve) => {
        const stop = signOut.subscribe((state) => {
          if (state !== "none") return;
          stop();
          resolve();
        });
      }),

    /** Undefined until the user is known. Servers without sign-in use `name` itself. */
    storageKey: (name: string): string | undefined => {
      if (current === undefined) return undefined;
      return current === LOCAL_MODE_IDENTITY ? name : `${name}${suffixOf(current)}`;
    },

    clearStorage: (): void => {
      if (current === undefined || current === LOCAL_MODE_IDENTITY) return;
      const suffix = suffixOf(current);
      for (const key of listStoredKeys()) if (key.endsWith(suffix)) storeText(key, null);
    },
  };
}

const suffixOf = (identity: string) => `@${identity}`;

function identityOf({ signedIn, identity, auth }: ServerCapabilities): string | undefined {
  if (!signedIn) return undefined;
  return identity ?? (auth === "none" ? LOCAL_MODE_IDENTITY : undefined);
}

export type PageUserIdentityTracker = ReturnType<typeof createPageUserIdentityTracker>;

export const pageUserIdentityTracker = createPageUserIdentityTracker();
