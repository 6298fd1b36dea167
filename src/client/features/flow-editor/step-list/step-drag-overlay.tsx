import type { Ref } from "react";
import { createPortal } from "react-dom";
import { findStep } from "#core/step-list.ts";
import { describePlace } from "#core/step-place.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { verdictText } from "#client/features/flow-editor/judge-move.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { type StepsMoving, useDragState } from "./drag-state.ts";

/** Where the card hangs from the pointer, in CSS pixels. */
const OFFSET_X = 14;
const OFFSET_Y = 10;

/** Puts the card at the pointer, without React: it does so on every frame of a drag. */
export function placeOverlay(overlay: HTMLElement, clientX: number, clientY: number): void {
  const x = Math.max(8, Math.min(innerWidth - overlay.offsetWidth - 8, clientX + OFFSET_X));
  overlay.style.transform = `translate3d(${x}px, ${clientY + OFFSET_Y}px, 0)`;
}

/**
 * What hangs on the pointer: a small card, so that the places it is carried past stay readable, with how many steps it
 * stands for and where they would land.
 */
export function StepDragOverlay({ ref }: { readonly ref: Ref<HTMLDivElement> }) {
  const state = useDragState();
  return state.type === "pointer" && <CarriedCard ref={ref} state={state} />;
}

type CarriedCardProps = { readonly ref: Ref<HTMLDivElement>; readonly state: StepsMoving };

function CarriedCard({ ref, state }: CarriedCardProps) {
  const document = useOpenFlowState(({ history }) => history.document);
  const node = findStep(document, state.lead);
  if (!node) return null;
  const { keys, refusal, isHome, place, verdict } = state;
  const words = refusal ?? (isHome ? "stays here" : describePlace(document, place, keys));
  return createPortal(
    <div
      ref={ref}
      aria-hidden="true"
      data-drag-overlay=""
      // Out of sight until the first frame has put it at the pointer.
      style={{ transform: "translate3d(-999px, 0, 0)" }}
      className="pointer-events-none fixed top-0 left-0 z-40 max-w-72 will-change-transform"
    >
      {keys.length > 1 && (
        <span className="absolute inset-x-1.5 top-1.5 -bottom-1.5 rounded-lg border border-line bg-raised" />
      )}
      <div className="relative flex min-h-11 cursor-grabbing items-center gap-2 rounded-lg bg-raised py-1.5 pr-4 pl-2 shadow-float">
        <Station type={stepType(node)} enabled={isEnabled(node)} />
        <span className="flex min-w-0 flex-col">
          <span dir="auto" className="truncate font-medium">
            {stepName(node)}
          </span>
          <span
            className={joinClasses("text-xs", refusal === undefined ? "truncate text-muted" : "text-danger")}
          >
            {words}
          </span>
          {verdict.sentence !== "" && (
            <span className={joinClasses("text-xs", verdictText[verdict.type])}>{verdict.sentence}</span>
          )}
        </span>
        {keys.length > 1 && (
          <span
            data-drag-count=""
            className="absolute -top-2 -left-2 grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1.5 text-xs font-medium text-accent-ink tabular-nums"
          >
            {keys.length}
          </span>
        )}
      </div>
    </div>,
    globalThis.document.body,
  );
}
