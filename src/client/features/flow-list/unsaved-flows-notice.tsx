import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileClock, X } from "lucide-react";
import { useEffect, useState } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { findOriginOfFlowStoringApi } from "#client/data/api/find-api-origin.ts";
import { changeDeviceStore } from "#client/data/device/change-device-store.ts";
import { createDeviceStore } from "#client/data/device/device-store.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import {
  type JournalSummary,
  listUnopenedJournals,
} from "#client/document/journal/list-unopened-journals.ts";
import { getJournalDependencies } from "#client/document/journal/journal-dependencies.ts";
import { countHiddenJournals } from "#client/document/journal/own-journals.ts";
import { downloadTextFile, convertTextToSafeFileName } from "#client/flow/download-flow.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";

const MAX_NAMED = 3;

export function UnsavedFlowsNotice() {
  const client = useQueryClient();
  const now = useMinuteClock();
  const [{ found, unowned }, setJournals] = useState(NO_JOURNALS);
  useEffect(() => {
    // Ignores unavailable storage, which contains no unsaved edits to report.
    readUnopenedJournals(client).then(setJournals, () => undefined);
  }, [client]);
  const [isExpanded, setExpanded] = useState(false);

  const deleted = useIdsOfPendingDeletions();
  const flows = newestOfEach(found.filter(({ isRest, flowId }) => !isRest && !deleted.has(flowId)));
  const unreadableJournals = found.filter(({ isRest }) => isRest);
  const close = () => {
    setJournals(NO_JOURNALS);
    if (unowned > 0) changeDeviceStore(dismissedStore, () => unowned);
  };
  if (flows.length + unreadableJournals.length + unowned === 0) return null;
  const named = isExpanded ? flows : flows.slice(0, MAX_NAMED);
  return (
    <section
      aria-label="Unsaved changes on this device"
      className="mx-gutter mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-accent-soft py-1.5 pr-1.5 pl-3 text-sm"
    >
      <FileClock aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-52">
        {flows.length > 0 && (
          <p className="break-words">
            You have unsaved edits in:{" "}
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
                <span className="text-muted">({formatClockTime(editedAt, now)})</span>
              </span>
            ))}
          </p>
        )}
        {unowned > 0 && (
          <p className="break-words">
            {unowned === 1
              ? "1 unsaved draft on this device is from an earlier version. It opens when this server runs without API keys."
              : `${formatCount(unowned, "unsaved draft")} on this device are from an earlier version. They open when this server runs without API keys.`}
          </p>
        )}
        {unreadableJournals.map((rest) => (
          <UnreadableJournal
            key={rest.id}
            rest={rest}
            onGone={() => setJournals({ unowned, found: found.filter((other) => other !== rest) })}
          />
        ))}
      </div>
      {flows.length > named.length && (
        <Button size="sm" onClick={() => setExpanded(true)}>
          {formatCount(flows.length - named.length, "more flow")}
        </Button>
      )}
      <IconButton label="Dismiss" icon={X} size="sm" onClick={close} />
    </section>
  );
}

interface UnopenedJournals {
  readonly found: readonly JournalSummary[];
  readonly unowned: number;
}

const NO_JOURNALS: UnopenedJournals = { found: [], unowned: 0 };

async function readUnopenedJournals(client: QueryClient): Promise<UnopenedJournals> {
  const [all, count, server] = await Promise.all([
    listUnopenedJournals(getJournalDependencies()),
    countHiddenJournals(getJournalDependencies()),
    findOriginOfFlowStoringApi(client),
  ]);
  const found = all.filter((journal) => journal.server === server);
  return { found, unowned: count > dismissedStore.getState() ? count : 0 };
}

/** The number of journals of which the user has closed the notice. */
const dismissedStore = createDeviceStore("flowline-unowned-drafts", Number);

function newestOfEach(found: readonly JournalSummary[]): readonly JournalSummary[] {
  const flows = new Map<string, JournalSummary>();
  for (const journal of found) if (!flows.has(journal.flowId)) flows.set(journal.flowId, journal);
  return [...flows.values()];
}

type UnreadableJournalProps = {
  readonly rest: JournalSummary;
  readonly onGone: () => void;
};

function UnreadableJournal({ rest, onGone }: UnreadableJournalProps) {
  const now = useMinuteClock();
  const withClaimedJournal = async (
    act: (raw: string, discard: () => Promise<void>) => Promise<void> | void,
  ) => {
    const claimed = await claimJournal(getJournalDependencies(), rest.id);
    if (!claimed) return onGone();
    const { content } = claimed;
    await act(content.type === "restored" ? "" : content.raw, claimed.discard);
    claimed.release();
  };
  const save = () =>
    withClaimedJournal((raw) =>
      downloadTextFile(`${convertTextToSafeFileName(rest.flowName)}, unsaved changes.json`, raw),
    );
  const discard = () =>
    withClaimedJournal(async (_, discardIt) => {
      await discardIt();
      onGone();
    });
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 break-words">
      {`Couldn’t read changes in ${quoteName(rest.flowName)} from ${formatClockTime(rest.editedAt, now)}.`}
      <Button size="sm" onClick={() => void save()}>
        Save as file
      </Button>
      <Button size="sm" onClick={() => void discard()}>
        Discard
      </Button>
    </p>
  );
}
