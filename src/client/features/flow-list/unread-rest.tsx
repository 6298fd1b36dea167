import { quoteName } from "#core/quote-name.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import type { FoundJournal } from "#client/document/journal/find-journals.ts";
import { journalSite } from "#client/document/journal/journal-site.ts";
import { downloadText, toFileName } from "#client/flow/download-flow.ts";
import { Button } from "#client/ui/button.tsx";
import { formatMoment } from "#client/ui/format-time.ts";
import { useMinuteClock } from "#client/ui/minute-clock.ts";

type UnreadRestProps = {
  readonly rest: FoundJournal;
  /** It was discarded, or another page has it. */
  readonly onGone: () => void;
};

/** What could not be read of a draft whose readable part has another home: only the person may let it go. */
export function UnreadRest({ rest, onGone }: UnreadRestProps) {
  const now = useMinuteClock();
  const withRest = async (act: (raw: string, discard: () => Promise<void>) => Promise<void> | void) => {
    const claimed = await claimJournal(journalSite(), rest.id);
    if (!claimed) return onGone();
    const { content } = claimed;
    await act(content.type === "restored" ? "" : content.raw, claimed.discard);
    claimed.release();
  };
  const save = () =>
    withRest((raw) => downloadText(`${toFileName(rest.flowName)}, unsaved changes.json`, raw));
  const discard = () =>
    withRest(async (_, discardIt) => {
      await discardIt();
      onGone();
    });
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 break-words">
      {`Changes in ${quoteName(rest.flowName)} from ${formatMoment(rest.editedAt, now)} could not be read.`}
      <Button size="sm" onClick={() => void save()}>
        Save as a file
      </Button>
      <Button size="sm" onClick={() => void discard()}>
        Discard
      </Button>
    </p>
  );
}
