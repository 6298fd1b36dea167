import { useCallback, useDeferredValue, useMemo, useState } from "react";
import type { Choice, Clash, Side } from "#core/merge/clash.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { catchUp, previewMerge } from "#client/document/catch-up.ts";
import { choicesOf, decide, decideAll, isDecidedBy, stateOf } from "#client/document/decisions.ts";
import { markOf, parseTheirs } from "#client/document/flow-version.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { announce } from "#client/ui/announce.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { ClashGroup } from "./clash-group.tsx";
import { describeAuthor } from "./describe-author.ts";
import { sayUnfinished } from "./say-unfinished.ts";

type SettleDialogProps = {
  /** It was asked for by a save, which goes on afterwards. */
  readonly isSaving: boolean;
  readonly onSave: () => void;
  readonly onClose: () => void;
};

/** Clashes that are drawn before more are asked for. */
const PAGE = 50;

/**
 * What both sides changed, each in its own way, to be decided one by one. Nothing changes before all of it is decided;
 * what changes meanwhile on either side is asked again.
 */
export function SettleDialog({ isSaving, onSave, onClose }: SettleDialogProps) {
  const openFlow = useOpenFlow();
  const flow = useOpenFlowState((state) => state.flow);
  const history = useOpenFlowState((state) => state.history);
  const unanswered = useOpenFlowState((state) => state.unanswered);
  const decisions = useOpenFlowState((state) => state.decisions);
  const [since] = useState({ flow, document: history.document });
  const [shown, setShown] = useState(PAGE);

  // A choice can do away with other clashes, but a long flow is not merged anew with every letter of a text.
  const settled = useDeferredValue(decisions);
  const clashes = useMemo(
    () => previewMerge({ mergeDocuments }, { flow, history, unanswered }, choicesOf(settled))?.clashes ?? [],
    [flow, history, unanswered, settled],
  );
  const versions = useMemo(
    () => ({
      base: history.base.document,
      mine: history.document,
      theirs: parseTheirs({ flow, history }),
    }),
    [flow, history],
  );
  const undecided = clashes.filter((clash) => stateOf(decisions, clash) !== "decided");
  const hasChanged = flow !== since.flow || history.document !== since.document;
  const { whom } = describeAuthor(flow.id, markOf(flow));

  const choose = useCallback(
    (clash: Clash, choice: Choice) => openFlow.decide((before) => decide(before, clash, choice)),
    [openFlow],
  );
  const chooseAll = (side: Side) => {
    openFlow.decide((before) => decideAll(before, clashes, side));
    announce(`${side === "mine" ? "Mine" : "Theirs"} chosen for all.`);
  };

  const apply = async () => {
    const [next] = undecided;
    if (next) {
      announce(`${formatCount(undecided.length, "clash", "clashes")} to decide.`, "assertive");
      setShown(Math.max(shown, clashes.indexOf(next) + 1));
      wishFocus(() =>
        document.querySelector<HTMLElement>(`[data-clash="${CSS.escape(next.id)}"] input:enabled`),
      );
      return;
    }
    // What came in this very moment is not in these choices, and stays to be decided.
    const { type } = await catchUp(openFlow, choicesOf(decisions), isDecidedBy(decisions));
    if (type === "clash") return;
    onClose();
    if (type === "unfinished") sayUnfinished();
    else if (isSaving) onSave();
  };

  return (
    <Dialog
      title={clashes.length === 0 ? "Nothing clashes any more" : "Both sides changed the same"}
      description={
        clashes.length === 0
          ? "What was saved elsewhere and your edits go together now."
          : `You and ${whom} changed ${clashes.length === 1 ? "the same thing" : `the same ${clashes.length} things`}, each in another way. Whatever only one of you changed is kept.`
      }
      size="xl"
      onClose={onClose}
      footer={
        <>
          <p role="status" className="mr-auto self-center text-sm text-muted max-[519px]:basis-full">
            {clashes.length > 0 && `${clashes.length - undecided.length} of ${clashes.length} decided`}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => void apply()}>
            {isSaving ? "Apply and save" : "Apply"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {hasChanged && (
          <p role="status" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            The flow changed while this was open. What you chose holds wherever both sides are still as you
            saw them.
          </p>
        )}
        {unanswered.length > 0 && clashes.length > 0 && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            A save of yours got no answer, and this API does not tell whether it was written. What is asked
            here may be what somebody took back since, or what never arrived.
          </p>
        )}
        {clashes.length > 1 && (
          <div role="group" aria-label="For all of them" className="flex flex-wrap items-center gap-2">
            <Button size="sm" onClick={() => chooseAll("mine")}>
              All mine
            </Button>
            <Button size="sm" onClick={() => chooseAll("theirs")}>
              All theirs
            </Button>
          </div>
        )}
        <div>
          {clashes.slice(0, shown).map((clash) => (
            <ClashGroup
              key={clash.id}
              clash={clash}
              versions={versions}
              choice={decisions.get(clash.id)?.choice}
              written={decisions.get(clash.id)?.written}
              state={stateOf(decisions, clash)}
              onChoose={choose}
            />
          ))}
        </div>
        {clashes.length > shown && (
          <Button className="self-start" onClick={() => setShown(shown + PAGE)}>
            {`Show ${Math.min(PAGE, clashes.length - shown)} of ${clashes.length - shown} more`}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
