import { useEffect } from "react";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/button.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { useDragState } from "./drag-state.ts";
import type { StepMover } from "./step-mover.ts";

/** Under the list while a step that was picked up by a tap waits for its place: what is going on, and the way out. */
export function MoveBar({ mover }: { readonly mover: StepMover }) {
  const { actions } = useEditor();
  const state = useDragState();
  const document = useOpenFlowState(({ history }) => history.document);
  const verb = useMediaQuery("(pointer: coarse)") ? "tap" : "click";
  const lead = state.type === "none" ? undefined : state.lead;

  const cancel = () => {
    mover.putBack();
    if (lead !== undefined) actions.focusStep(lead, "handle");
  };
  // Escape gives up wherever the focus went meanwhile.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      mover.putBack();
      if (lead !== undefined) actions.focusStep(lead, "handle");
    };
    globalThis.document.addEventListener("keydown", onKeyDown);
    return () => globalThis.document.removeEventListener("keydown", onKeyDown);
  }, [mover, actions, lead]);

  if (state.type !== "tap") return null;
  const node = findStep(document, state.lead);
  const name = state.keys.length === 1 && node ? stepName(node) : `${state.keys.length} steps`;
  return (
    <div className="flex shrink-0 items-center justify-between gap-3 border-t border-line bg-accent-soft px-4 py-2">
      <span className="min-w-0 truncate">
        Moving <strong className="font-medium">{name}</strong> — {verb} where it goes
      </span>
      <Button size="sm" onClick={cancel}>
        Cancel
      </Button>
    </div>
  );
}
