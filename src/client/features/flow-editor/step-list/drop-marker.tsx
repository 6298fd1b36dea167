import { joinClasses } from "#client/ui/join-classes.ts";
import { useDragState } from "./drag-state.ts";
import { laneAt } from "./lanes.ts";

type DropMarkerProps = { readonly rowHeight: number; readonly indent: number };

/**
 * The slot where the moving steps would land: a thin station on the line of its level, struck through where they cannot
 * go. Alone in following the pointer.
 */
export function DropMarker({ rowHeight, indent }: DropMarkerProps) {
  const state = useDragState();
  if (state.type === "none" || state.type === "tap") return null;
  const { boundary, place, isHome, refusal, verdict } = state;
  const landing = isHome ? "home" : verdict.type;
  const tone = refusal === undefined ? landing : "refused";
  const lane = laneAt(place.level, indent);
  return (
    <div
      // The pointer's slot is under the pointer; the keyboard's is brought into view, wherever it went.
      ref={(marker) => (state.type === "keyboard" ? marker?.scrollIntoView({ block: "nearest" }) : undefined)}
      aria-hidden="true"
      data-drop-marker={tone}
      className="pointer-events-none absolute inset-x-0 top-0 z-10 h-0 scroll-my-16"
      style={{ transform: `translateY(${boundary * rowHeight}px)` }}
    >
      <div
        className={joinClasses("absolute right-2 -mt-px h-0.5 rounded-full", lines[tone])}
        style={{ left: lane }}
      />
      <div
        className={joinClasses(
          "absolute size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 bg-surface",
          rings[tone],
        )}
        style={{ left: lane }}
      >
        {(tone === "refused" || tone === "breaks") && (
          <span className="absolute top-1/2 left-1/2 h-0.5 w-5 -translate-1/2 -rotate-45 rounded-full bg-danger forced-colors:bg-[CanvasText]" />
        )}
      </div>
    </div>
  );
}

const lines = {
  safe: "bg-accent forced-colors:bg-[Highlight]",
  changes: "bg-warning forced-colors:bg-[Highlight]",
  breaks: "bg-danger forced-colors:bg-[Highlight]",
  home: "bg-line-strong forced-colors:bg-[GrayText]",
  refused:
    "bg-[repeating-linear-gradient(90deg,var(--danger)_0_6px,transparent_6px_10px)] forced-colors:bg-[GrayText]",
} as const;
const rings = {
  safe: "border-accent",
  changes: "border-warning",
  breaks: "border-danger",
  home: "border-line-strong",
  refused: "border-danger",
} as const;
