import { findStepType } from "#contract/find-step-type.ts";
import type { StepCategory } from "#contract/step-types.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

interface FlowNode {
  readonly type: string;
  readonly enabled: boolean;
}

type FlowPreviewLineProps = {
  readonly nodes: readonly FlowNode[];
  /** The number of top-level steps. */
  readonly total: number;
  /** The number of steps inside others, which are only counted. */
  readonly nested: number;
  readonly max?: number;
  readonly className?: string;
};

const PITCH = 16;
const RADIUS = 4;
const HEIGHT = 20;
const MIDDLE = 11.5;
/** X coordinate of the first node; leaves room for the arc by which the line bypasses a disabled step. */
const INSET = 7.5;

/** One node per top-level step; the line bypasses disabled ones. Decorative: the row has the number as text. */
export function FlowPreviewLine({ nodes, total, nested, max = 13, className }: FlowPreviewLineProps) {
  const shown = nodes.slice(0, max);
  const hidden = Math.max(0, total - shown.length);
  const x = (index: number) => INSET + index * PITCH;
  const width = x(shown.length - 1) + INSET + (hidden > 0 ? RADIUS : 0);
  return (
    <span aria-hidden="true" className={joinClasses("inline-flex items-center gap-1", className)}>
      {shown.length > 0 && (
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} className="shrink-0">
          <path
            d={buildFlowPreviewLineSvgPath(
              shown.map(({ enabled }, index) => ({ x: x(index), isBypassed: !enabled })),
              MIDDLE,
              hidden > 0 ? width : undefined,
            )}
            className="fill-none stroke-line-strong/75"
            strokeWidth={1.5}
          />
          {shown.map(({ type, enabled }, index) => (
            <circle
              key={index}
              cx={x(index)}
              cy={MIDDLE}
              r={enabled ? RADIUS : RADIUS - 1}
              className={
                enabled
                  ? getStepTypeStrokeClasses(type).fill
                  : joinClasses("fill-none", getStepTypeStrokeClasses(type).stroke)
              }
              strokeWidth={enabled ? 0 : 1.25}
            />
          ))}
        </svg>
      )}
      {hidden + nested > 0 && <span className="text-xs text-faint tabular-nums">+{hidden + nested}</span>}
    </span>
  );
}

interface Stop {
  readonly x: number;
  readonly isBypassed: boolean;
}

/** Size in pixels of the arc by which the line bypasses a disabled step: its height, and half its width. */
const REACH = 6.5;

/** Returns the SVG path of a horizontal line at height `y` through `stops`, extended to `end` if given. */
export function buildFlowPreviewLineSvgPath(stops: readonly Stop[], y: number, end?: number): string {
  const [first] = stops;
  if (!first) return "";
  const parts = [`M${first.isBypassed ? first.x - REACH : first.x} ${y}`];
  for (const { x, isBypassed } of stops) {
    if (!isBypassed) parts.push(`H${x}`);
    else parts.push(`H${x - REACH}`, `A${REACH} ${REACH} 0 0 1 ${x + REACH} ${y}`);
  }
  if (end !== undefined) parts.push(`H${end}`);
  return parts.join("");
}

/** Written out, because Tailwind generates only classes that occur literally in the source. */
export const STEP_CATEGORY_STROKE_CLASSES: Readonly<
  Record<StepCategory | "unknown", { readonly fill: string; readonly stroke: string }>
> = {
  AI: { fill: "fill-ai", stroke: "stroke-ai" },
  Context: { fill: "fill-context", stroke: "stroke-context" },
  Actions: { fill: "fill-actions", stroke: "stroke-actions" },
  Records: { fill: "fill-records", stroke: "stroke-records" },
  Replies: { fill: "fill-replies", stroke: "stroke-replies" },
  Control: { fill: "fill-control", stroke: "stroke-control" },
  unknown: { fill: "fill-unknown", stroke: "stroke-unknown" },
};

export function getStepTypeStrokeClasses(type: string) {
  return STEP_CATEGORY_STROKE_CLASSES[findStepType(type)?.category ?? "unknown"];
}
