import { Check, CircleAlert, CircleDot, LoaderCircle } from "lucide-react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { describeSaveState } from "#client/document/save-state.ts";
import { formatMoment } from "#client/ui/format-time.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";

/** The save state, always in view. Its words are said by the announcer where that matters, not on every edit. */
export function SaveStatus() {
  const text = useOpenFlowState((state) => describeSaveState(state).text);
  const tone = useOpenFlowState((state) => describeSaveState(state).tone);
  const hasTokens = useOpenFlowState((state) => state.flow.versionToken !== undefined);
  const savedAt = useOpenFlowState(({ progress }) =>
    progress.type === "resting" ? progress.savedAt : undefined,
  );
  const when = savedAt === undefined ? [] : [`Last saved at ${formatMoment(savedAt, savedAt)}`];
  const isSaving = text.startsWith("Saving");
  const Icon = isSaving
    ? LoaderCircle
    : tone === "calm"
      ? Check
      : tone === "danger"
        ? CircleAlert
        : CircleDot;
  return (
    <output
      aria-live="off"
      {...tooltip([text, ...when, ...(hasTokens ? [] : [WINDOW_NOTE])].join(". "))}
      className={joinClasses(
        "flex min-w-0 items-center gap-1.5 text-xs whitespace-nowrap sm:text-sm",
        tone === "danger" ? "text-danger" : "text-muted",
      )}
    >
      <Icon aria-hidden="true" className={joinClasses("size-3.5 shrink-0", isSaving && "animate-spin")} />
      <span className="truncate">{text}</span>
    </output>
  );
}

const WINDOW_NOTE =
  "This server counts no versions. The date of the last change is compared before each save; a change made elsewhere in the very same moment could be overwritten.";
