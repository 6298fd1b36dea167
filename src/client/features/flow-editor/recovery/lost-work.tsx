import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { CreateFlowBody } from "#contract/flow.ts";
import { quoteName } from "#core/quote-name.ts";
import { createBody } from "#core/save-body.ts";
import { describeError } from "#client/data/api-error.ts";
import { findApiOrigin } from "#client/data/find-api-origin.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { type ClaimedJournal, claimJournal } from "#client/document/journal/claim-journal.ts";
import { findJournals } from "#client/document/journal/find-journals.ts";
import { journalSite } from "#client/document/journal/journal-site.ts";
import { downloadText, toFileName } from "#client/flow/download-flow.ts";
import { Button } from "#client/ui/button.tsx";
import { formatMoment } from "#client/ui/format-time.ts";
import { useMinuteClock } from "#client/ui/minute-clock.ts";
import { toasts } from "#client/ui/toasts.ts";
import { useFocusKept } from "#client/ui/use-focus-kept.ts";
import { ChangesDialog } from "./changes-dialog.tsx";
import { nameUnsaved } from "./describe-item.ts";

/** Unsaved work on a flow that the server no longer has: it can become a flow of its own. Nothing where there is none. */
export function LostWork({ flowId }: { readonly flowId: string }) {
  const client = useQueryClient();
  const [drafts, setDrafts] = useState<readonly ClaimedJournal[]>([]);
  // They are on the device, and held by locks of the browser for as long as they are shown.
  useEffect(() => {
    let isGone = false;
    const held: ClaimedJournal[] = [];
    const look = async () => {
      const site = journalSite();
      for (const { id } of await findJournals(site, { server: await findApiOrigin(client), flowId })) {
        const claimed = await claimJournal(site, id);
        if (claimed) held.push(claimed);
        if (isGone) return claimed?.release();
      }
      setDrafts(held);
    };
    look().catch(() => undefined);
    return () => {
      isGone = true;
      for (const { release } of held) release();
    };
  }, [client, flowId]);

  if (drafts.length === 0) return null;
  return (
    <section aria-labelledby="lost-work" className="mx-auto w-full max-w-2xl px-4 pb-10">
      <h2 id="lost-work" className="text-sm font-semibold">
        Unsaved changes of this flow are on this device
      </h2>
      <ul className="mt-2 divide-y divide-line rounded-lg border border-line bg-surface">
        {drafts.map((claimed) => (
          <LostDraft key={claimed.found.id} claimed={claimed} />
        ))}
      </ul>
    </section>
  );
}

function LostDraft({ claimed }: { readonly claimed: ClaimedJournal }) {
  const { found, content } = claimed;
  const now = useMinuteClock();
  const navigate = useNavigate();
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  const [isShown, setShown] = useState(false);
  const [isDiscarded, setDiscarded] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const keepFocus = useFocusKept(row);
  const work = content.type === "unreadable" ? undefined : content.work;
  const raw = content.type === "restored" ? undefined : content.raw;

  const saveAsNew = (document: NonNullable<typeof work>["history"]["document"]) =>
    mutate(createBody(document) as CreateFlowBody, {
      onSuccess: (created) => {
        // It has another home now; what could not be read stays.
        if (!raw) void claimed.discard();
        const isLeftOut = work && (work.brokenTexts.length > 0 || work.unappliedText !== undefined);
        const rest = isLeftOut ? " What was typed and not applied is not in it." : "";
        toasts.show({ text: `Made ${quoteName(created.name)} of the unsaved changes.${rest}` });
        void navigate({ to: "/flows/$flowId", params: { flowId: created.id } });
      },
    });
  const setGone = (isGone: boolean) => {
    setDiscarded(isGone);
    void (isGone ? claimed.discard() : claimed.undoDiscard());
  };

  const from = `from ${formatMoment(found.editedAt, now)}`;
  return (
    <li ref={row} {...keepFocus} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2 text-sm">
      <p className="min-w-0 flex-1 basis-52 break-words">
        {isDiscarded ? "Discarded " : ""}
        {quoteName(found.flowName)}: {nameUnsaved(found)} {from}
        {work ? "" : ", which cannot be read"}
        {error && <span className="block text-danger">{describeError(error)}</span>}
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
                  onClick={() => saveAsNew(work.history.document)}
                >
                  Save as a new flow
                </Button>
              </>
            )}
            {raw !== undefined && (
              <Button
                size="sm"
                onClick={() => downloadText(`${toFileName(found.flowName)}, unsaved changes.json`, raw)}
              >
                Save as a file
              </Button>
            )}
            <Button size="sm" onClick={() => setGone(true)}>
              Discard
            </Button>
          </>
        )}
      </div>
      {isShown && work && <ChangesDialog draft={{ work, claimed }} onClose={() => setShown(false)} />}
    </li>
  );
}
