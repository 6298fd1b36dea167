import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileClock, X } from "lucide-react";
import { useEffect, useState } from "react";
import { quoteName } from "#core/quote-name.ts";
import { findApiOrigin } from "#client/data/find-api-origin.ts";
import { usePendingDeletions } from "#client/data/pending-deletions.ts";
import { type FoundJournal, listJournals } from "#client/document/journal/find-journals.ts";
import { journalSite } from "#client/document/journal/journal-site.ts";
import { Button } from "#client/ui/button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { formatMoment } from "#client/ui/format-time.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { useMinuteClock } from "#client/ui/minute-clock.ts";
import { UnreadRest } from "./unread-rest.tsx";

/** Flows that are named at once; the others are one press away. */
const MOST_NAMED = 3;

/** Says in which flows this device has unsaved work that no open page has. Nothing where there is none. */
export function UnsavedNotice() {
  const client = useQueryClient();
  const now = useMinuteClock();
  const [found, setFound] = useState<readonly FoundJournal[]>([]);
  const [isWhole, setWhole] = useState(false);
  // It is on the device, outside of React. Where storage does not work there is nothing to be said.
  useEffect(() => {
    let isGone = false;
    const look = async () => {
      const [all, server] = await Promise.all([listJournals(journalSite()), findApiOrigin(client)]);
      if (!isGone) setFound(all.filter((journal) => journal.server === server));
    };
    look().catch(() => undefined);
    return () => {
      isGone = true;
    };
  }, [client]);

  // What is being deleted is told of if it can no longer be had back, so that its edits still can.
  const deleted = usePendingDeletions();
  const flows = newestOfEach(found.filter(({ isRest, flowId }) => !isRest && !deleted.has(flowId)));
  const rests = found.filter(({ isRest }) => isRest);
  const close = () => setFound([]);
  if (flows.length + rests.length === 0) return null;
  const named = isWhole ? flows : flows.slice(0, MOST_NAMED);
  return (
    <section
      aria-label="Unsaved changes on this device"
      className="mx-3 mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-accent-soft py-1.5 pr-1.5 pl-3 text-sm sm:mx-4"
    >
      <FileClock aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-52">
        {flows.length > 0 && (
          <p className="break-words">
            Unsaved changes are on this device:{" "}
            {named.map(({ flowId, flowName, editedAt }, index) => (
              <span key={flowId}>
                {index > 0 && ", "}
                <Link
                  to="/flows/$flowId"
                  params={{ flowId }}
                  className="font-medium text-accent underline underline-offset-2"
                >
                  {quoteName(flowName)}
                </Link>{" "}
                <span className="text-muted">({formatMoment(editedAt, now)})</span>
              </span>
            ))}
          </p>
        )}
        {rests.map((rest) => (
          <UnreadRest
            key={rest.id}
            rest={rest}
            onGone={() => setFound(found.filter((other) => other !== rest))}
          />
        ))}
      </div>
      {flows.length > named.length && (
        <Button size="sm" onClick={() => setWhole(true)}>
          {formatCount(flows.length - named.length, "more flow")}
        </Button>
      )}
      <IconButton label="Dismiss" icon={X} size="sm" onClick={close} />
    </section>
  );
}

function newestOfEach(found: readonly FoundJournal[]): readonly FoundJournal[] {
  const flows = new Map<string, FoundJournal>();
  for (const journal of found) if (!flows.has(journal.flowId)) flows.set(journal.flowId, journal);
  return [...flows.values()];
}
