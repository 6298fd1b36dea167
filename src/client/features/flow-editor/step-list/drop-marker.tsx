import { positionAfterDrop, useDragState } from "./drag-state.ts";
import { TRACK_WIDTH } from "./step-track.tsx";

/** The slot where the moving step would land: a thin station on the line. Alone in following the pointer. */
export function DropMarker({ rowHeight }: { readonly rowHeight: number }) {
  const state = useDragState();
  if (state.type === "none") return null;
  const stays = positionAfterDrop(state.from, state.gap) === state.from + 1;
  return (
    <div
      // The pointer's slot is under the pointer; the keyboard's is brought into view, wherever it went.
      ref={(marker) => (state.type === "keyboard" ? marker?.scrollIntoView({ block: "nearest" }) : undefined)}
      aria-hidden="true"
      data-drop-gap={state.gap}
      className="pointer-events-none absolute inset-x-0 top-0 z-10 h-0 scroll-my-16"
      style={{ transform: `translateY(${state.gap * rowHeight}px)` }}
    >
      <div
        className={
          stays
            ? "absolute right-2 left-7 -mt-px h-0.5 rounded-full bg-line-strong"
            : "absolute right-2 left-7 -mt-px h-0.5 rounded-full bg-accent"
        }
      />
      <div
        className={
          stays
            ? "absolute size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-line-strong bg-surface"
            : "absolute size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-accent bg-surface"
        }
        style={{ left: TRACK_WIDTH - 20 }}
      />
    </div>
  );
}
