import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { CircleUser, LogOut } from "lucide-react";
import { useRef, useState } from "react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { publishSessionEvent } from "#client/data/live/session-events.ts";
import { sessionMutations } from "#client/data/mutations/session-mutations.ts";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { describeScopes } from "./describe-scopes.ts";
import type { UnsavedFlowsAndFormTextsOfUser } from "./sign-out-dialog.tsx";

const SignOutDialog = createLazyDialog(async () => (await import("./sign-out-dialog.tsx")).SignOutDialog);

/** Shows who is signed in and what their key may do, and signs out. */
export function AccountMenu() {
  const router = useRouter();
  const client = useQueryClient();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const { mutateAsync } = useMutation(sessionMutations.signOut());
  const [unsaved, setUnsaved] = useState<UnsavedFlowsAndFormTextsOfUser>();
  const attempts = useRef(0);
  if (server?.auth !== "required" || !server.signedIn) return null;

  const name = server.keyName === undefined ? "Signed in" : `Signed in as ${server.keyName}`;
  const ask = async () => {
    await pageUserIdentityTracker.keepWork();
    // Reads with a time limit: storage that does not respond must not block signing out.
    const own = await findOwnWork();
    if (own.flows.length + own.texts.length > 0) setUnsaved(own);
    else await signOut();
  };

  /** `isDiscarding` is the user's choice about unsaved work; undefined if there is no unsaved work. */
  const signOut = async (isDiscarding?: boolean) => {
    setUnsaved(undefined);
    const attempt = (attempts.current += 1);
    pageUserIdentityTracker.setSignOut(
      isDiscarding === undefined ? "begun" : isDiscarding ? "discarding" : "keeping",
    );
    // Unsaved work that cannot be persisted makes leaving ask first; staying then stops the sign-out.
    await Promise.race([router.navigate({ to: "/sign-in" }), pageUserIdentityTracker.untilSignOutStopped()]);
    if (attempt !== attempts.current) return;
    if (router.state.location.pathname !== "/sign-in") return pageUserIdentityTracker.setSignOut("none");
    await pendingDeletionScheduler.flush();
    try {
      await mutateAsync();
    } catch (error) {
      pageUserIdentityTracker.setSignOut("none");
      toasts.show({ tone: "danger", text: `Couldn’t sign out. ${describeRequestErrorForUser(error)}` });
      await client.invalidateQueries({ queryKey: serverCapabilityQueries.current().queryKey });
      return;
    }
    const identity = pageUserIdentityTracker.current();
    if (identity !== undefined)
      publishSessionEvent({ type: "signed-out", identity, isDiscarding: isDiscarding === true });
    const isDone = isDiscarding !== true || (await within(deleteOwnWork(), false));
    if (!isDone) toasts.show({ tone: "danger", text: NOT_DELETED, durationMs: 60_000 });
    // Clears the page's memory; mounted forms must not store deleted work again. Not after an error, for its toast.
    if (isDone) await pageUserIdentityTracker.end({ to: "/sign-in", isDiscarding: isDiscarding === true });
    else {
      client.clear();
      pageUserIdentityTracker.setSignOut("none");
    }
  };

  return (
    <>
      <MenuButton
        label={name}
        icon={CircleUser}
        entries={() => [
          { type: "heading", label: name, detail: describeScopes(server.scopes) },
          { type: "item", label: "Sign out", icon: LogOut, onSelect: () => void ask() },
        ]}
      />
      {unsaved && (
        <SignOutDialog
          unsaved={unsaved}
          onSignOut={(isDiscarding) => void signOut(isDiscarding)}
          onClose={() => setUnsaved(undefined)}
        />
      )}
    </>
  );
}

const PATIENCE_MS = 2000;

function within<T>(work: Promise<T>, otherwise: T): Promise<T> {
  const late = new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), PATIENCE_MS));
  return Promise.race([work.catch(() => otherwise), late]);
}

const NOT_DELETED =
  "Signed out, but unsaved changes couldn’t be deleted. Clear this site’s data to remove them.";

const loadOwnJournals = async () => {
  const [own, { getJournalDependencies }] = await Promise.all([
    import("#client/document/journal/own-journals.ts"),
    import("#client/document/journal/journal-dependencies.ts"),
  ]);
  return { ...own, site: getJournalDependencies() };
};

const loadTexts = async () => (await import("#client/data/api/unsaved-form-texts.ts")).unsavedFormTexts;

/** Reads form texts and journals independently, so that a failure of one does not hide the other. */
async function findOwnWork(): Promise<UnsavedFlowsAndFormTextsOfUser> {
  const [flows, texts] = await Promise.all([
    within(
      loadOwnJournals().then(({ listOwnJournals, site }) => listOwnJournals(site)),
      [],
    ),
    within(
      loadTexts().then((localTexts) => localTexts.listAll()),
      [],
    ),
  ]);
  return { flows, texts };
}

async function deleteOwnWork(): Promise<boolean> {
  pageUserIdentityTracker.clearStorage();
  try {
    const { deleteOwnJournals, site } = await loadOwnJournals();
    await deleteOwnJournals(site);
    return true;
  } catch {
    return false;
  }
}
