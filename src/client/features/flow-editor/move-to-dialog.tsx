import { Command } from "cmdk";
import { useMemo, useRef, useState } from "react";
import type { StepKey } from "#core/flow-document.ts";
import type { Place } from "#core/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { Dialog } from "#client/ui/dialog.tsx";
import { useEditor } from "./editor-context.tsx";
import type { MovedWith } from "./move-actions.ts";
import { findMoveTargets, listMoveTargets } from "./move-targets.ts";

type MoveToDialogProps = {
  readonly keys: readonly StepKey[];
  readonly movedWith: MovedWith | undefined;
  readonly lead: StepKey | undefined;
  readonly onClose: () => void;
};

/** Every place of the flow, narrowed by typing; Enter moves the steps to the highlighted one. */
export function MoveToDialog({ keys, movedWith, lead, onClose }: MoveToDialogProps) {
  const { actions } = useEditor();
  // Live: places are counted, and in a flow that changed meanwhile a count leads to another place.
  const document = useOpenFlowState(({ history }) => history.document);
  const [query, setQuery] = useState("");
  const isMoved = useRef(false);
  const targets = useMemo(() => listMoveTargets(document, keys), [document, keys]);
  const { shown, more } = findMoveTargets(targets, query);

  return (
    <Dialog
      title={`Move ${actions.nameOf(keys)} to…`}
      onClose={onClose}
      // The focus is on its way to the row that moved; the dialog must not call it back.
      returnFocus={() => (isMoved.current && movedWith !== "elsewhere" ? activeElement() : null)}
    >
      <Command label="Places" loop shouldFilter={false} className="flex flex-col gap-2">
        <Command.Input
          data-autofocus=""
          value={query}
          onValueChange={setQuery}
          placeholder="Search places: a step’s name, then, else, first, last"
          className="h-9 w-full rounded-md border border-line-strong bg-surface px-3 outline-offset-[-1px]"
        />
        <Command.List label="Places" className="max-h-[min(26rem,55dvh)] overflow-y-auto">
          {shown.map((target) => (
            <Command.Item
              key={placeId(target.place)}
              value={placeId(target.place)}
              disabled={target.refusal !== undefined}
              onSelect={() => {
                isMoved.current = true;
                onClose();
                actions.move(keys, target.place, movedWith, lead);
              }}
              className="flex min-h-9 cursor-default items-center gap-3 rounded-md px-2 py-1 data-[disabled=true]:text-muted data-[selected=true]:bg-accent-soft pointer-coarse:min-h-11"
            >
              <span className="min-w-0 flex-1">
                <span dir="auto" className="block truncate">
                  {target.label}
                  {target.detail !== undefined && <span className="text-muted"> · {target.detail}</span>}
                </span>
                {target.refusal !== undefined && <span className="block text-xs"> {target.refusal}</span>}
              </span>
              <span className="shrink-0 text-xs text-muted tabular-nums">position {target.position}</span>
            </Command.Item>
          ))}
        </Command.List>
        {/* Beside the list, whose children are choices and nothing else. */}
        <div role="status" className="text-muted">
          {shown.length === 0 && (
            <p className="px-2 py-8 text-center">No place matches. Try a shorter word.</p>
          )}
          {more > 0 && <p className="px-2 text-xs">{formatCount(more, "more place")}. Type to find them.</p>}
        </div>
      </Command>
    </Dialog>
  );
}

function placeId({ list, index }: Place): string {
  return list.type === "root" ? `root ${index}` : `${list.step} ${list.branch} ${index}`;
}

function activeElement(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement ? document.activeElement : null;
}
