import { useMemo, useState } from "react";
import type { StepKey } from "#core/flow-document.ts";
import type { Place } from "#core/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useEditor } from "./editor-context.tsx";
import { type MoveVerdict, SAFE, verdictText } from "./judge-move.ts";
import type { MovedWith } from "./move-actions.ts";
import { type MoveTarget, findMoveTargets, listMoveTargets } from "./move-targets.ts";
import { PickDialog } from "./pick-dialog.tsx";

type MoveToDialogProps = {
  readonly keys: readonly StepKey[];
  readonly movedWith: MovedWith | undefined;
  readonly lead: StepKey | undefined;
  readonly onClose: () => void;
};

/** Every place of the flow, narrowed by typing; Enter moves the steps to the highlighted one. */
export function MoveToDialog({ keys, movedWith, lead, onClose }: MoveToDialogProps) {
  const { actions, moveJudge } = useEditor();
  // Live: places are counted, and in a flow that changed meanwhile a count leads to another place.
  const document = useOpenFlowState(({ history }) => history.document);
  const [query, setQuery] = useState("");
  const targets = useMemo(() => listMoveTargets(document, keys), [document, keys]);
  const { shown, more } = findMoveTargets(targets, query);

  return (
    <PickDialog
      title={`Move ${actions.nameOf(keys)} to…`}
      label="Places"
      placeholder="Search places: a step’s name, then, else, first, last"
      query={query}
      onQueryChange={setQuery}
      groups={[
        {
          items: shown.map((target) => ({
            id: placeId(target.place),
            content: (
              <TargetLine
                {...target}
                verdict={target.refusal === undefined ? moveJudge.judge(document, keys, target.place) : SAFE}
              />
            ),
            disabled: target.refusal !== undefined,
            onPick: () => {
              onClose();
              actions.move(keys, target.place, movedWith, lead);
            },
          })),
        },
      ]}
      status={
        <>
          {shown.length === 0 && (
            <p className="px-2 py-8 text-center">No place matches. Try a shorter word.</p>
          )}
          {more > 0 && <p className="px-2 text-xs">{formatCount(more, "more place")}. Type to find them.</p>}
        </>
      }
      onClose={onClose}
    />
  );
}

function TargetLine(target: MoveTarget & { readonly verdict: MoveVerdict }) {
  const { label, detail, refusal, position, verdict } = target;
  // A long name is cut, but not what tells two places in the same conditional apart.
  const end = target.place.list.type === "root" ? label.length : label.lastIndexOf(" › ");
  return (
    <>
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 whitespace-pre *:overflow-hidden *:text-ellipsis">
          <span dir="auto">{label.slice(0, end)}</span>
          <span className="max-w-[60%] shrink-0">{label.slice(end)}</span>
          {detail !== undefined && <span className="text-muted"> · {detail}</span>}
        </span>
        {refusal !== undefined && <span className="block text-xs"> {refusal}</span>}
        {verdict.sentence !== "" && (
          <span className={joinClasses("block text-xs", verdictText[verdict.type])}> {verdict.sentence}</span>
        )}
      </span>
      <span className="shrink-0 text-xs text-muted tabular-nums">position {position}</span>
    </>
  );
}

function placeId({ list, index }: Place): string {
  return list.type === "root" ? `root ${index}` : `${list.step} ${list.branch} ${index}`;
}
