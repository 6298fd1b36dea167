import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { CreateFlowBody } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { createNewFlowBody } from "#core/save-body.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { findOriginOfFlowStoringApi } from "#client/data/api/find-api-origin.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { type ClaimedJournal, claimJournal } from "#client/document/journal/claim-journal.ts";
import { listUnopenedJournalsOfFlow } from "#client/document/journal/list-unopened-journals.ts";
import { getJournalDependencies } from "#client/document/journal/journal-dependencies.ts";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { downloadTextFile, convertTextToSafeFileName } from "#client/flow/download-flow.ts";
import { forgetRecentFlow } from "#client/data/device/note-opened-flow.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { useKeepFocusWithin } from "#client/ui/focus/use-keep-focus-within.ts";
import { RecoverableChangesDialog } from "./changes-dialog.tsx";
import { describeUnsavedChangeCount } from "./describe-item.ts";

export function RecoverableEditsOfMissingFlow({ flowId }: { readonly flowId: string }) {
  const client = useQueryClient();
  const lostWork = useMemo(() => createLostWork(client, flowId), [client, flowId]);
  const journals = useSyncExternalStore(lostWork.subscribe, lostWork.journals);
  if (journals.length === 0) return null;
  return (
    <section aria-labelledby="lost-work" className="mx-auto w-full max-w-2xl px-4 pb-10">
      <h2 id="lost-work" className="text-sm font-semibold">
        Unsaved changes on this device
      </h2>
      <ul className="mt-2 divide-y divide-line rounded-lg border border-line bg-surface">
        {journals.map((claimed) => (
          <LostJournal key={claimed.found.id} claimed={claimed} />
        ))}
      </ul>
    </section>
  );
}

function createLostWork(client: QueryClient, flowId: string) {
  let journals: readonly ClaimedJournal[] = [];
  return {
    journals: () => journals,
    subscribe: (onChange: () => void) => {
      forgetRecentFlow(flowId);
      let isGone = false;
      const claimedJournals: ClaimedJournal[] = [];
      const claimJournals = async () => {
        const site = getJournalDependencies();
        for (const { id } of await listUnopenedJournalsOfFlow(site, {
          server: await findOriginOfFlowStoringApi(client),
          flowId,
        })) {
          const claimed = await claimJournal(site, id);
          if (claimed) claimedJournals.push(claimed);
          if (isGone) return claimed?.release();
        }
        journals = claimedJournals;
        onChange();
      };
      claimJournals().catch(() => undefined);
      return () => {
        isGone = true;
        for (const { release } of claimedJournals) release();
      };
    },
  };
}

function LostJournal({ claimed }: { readonly claimed: ClaimedJournal }) {
  const { found, content } = claimed;
  const now = useMinuteClock();
  const router = useRouter();
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  const missing = useMissingScope("FLOWS:WRITE");
  const [isShown, setShown] = useState(false);
  const [isDiscarded, setDiscarded] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const keepFocus = useKeepFocusWithin(row);
  const work = content.type === "unreadable" ? undefined : content.work;
  const raw = content.type === "restored" ? undefined : content.raw;

  const saveAsNew = (document: NonNullable<typeof work>["history"]["document"]) => {
    const isStillHere = createStillOnPageCheck(router);
    mutate(createNewFlowBody(document) as CreateFlowBody, {
      onSuccess: (created) => {
        // The new flow contains the restored work, but lacks unreadable parts.
        if (!raw) void claimed.discard();
        const isLeftOut = work && (work.invalidInputs.length > 0 || work.pendingJson !== undefined);
        const rest = isLeftOut ? " Unapplied input is not included." : "";
        toasts.show({ text: `Created ${quoteName(created.name)} from the unsaved changes.${rest}` });
        if (isStillHere()) void router.navigate({ to: "/flows/$flowId", params: { flowId: created.id } });
      },
    });
  };
  const setGone = (isGone: boolean) => {
    setDiscarded(isGone);
    void (isGone ? claimed.discard() : claimed.undoDiscard());
  };

  const from = `from ${formatClockTime(found.editedAt, now)}`;
  return (
    <li ref={row} {...keepFocus} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2 text-sm">
      <p className="min-w-0 flex-1 basis-52 break-words">
        {isDiscarded ? "Discarded " : ""}
        {quoteName(found.flowName)}: {describeUnsavedChangeCount(found)} {from}
        {work ? "" : " (unreadable)"}
        {error && (
          <span className="block text-danger">
            {describeRequestErrorForUser(error)}
            <UpgradeLink error={error} />
          </span>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        {isDiscarded ? (
          <Button size="sm" onClick={() => setGone(false)}>
            Undo
          </Button>
        ) : (
          <>
            {work && (
              <>
                <Button size="sm" onClick={() => setShown(true)}>
                  Show changes
                </Button>
                <Button
                  size="sm"
                  variant="primary"
                  busy={isPending}
                  disabledReason={missing}
                  onClick={() => saveAsNew(work.history.document)}
                >
                  Save as new flow
                </Button>
              </>
            )}
            {raw !== undefined && (
              <Button
                size="sm"
                onClick={() =>
                  downloadTextFile(`${convertTextToSafeFileName(found.flowName)}, unsaved changes.json`, raw)
                }
              >
                Save as file
              </Button>
            )}
            <Button size="sm" onClick={() => setGone(true)}>
              Discard
            </Button>
          </>
        )}
      </div>
      {isShown && work && (
        <RecoverableChangesDialog recoverable={{ work, claimed }} onClose={() => setShown(false)} />
      )}
    </li>
  );
}
