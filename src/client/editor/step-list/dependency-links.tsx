import { memo, useMemo } from "react";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useFlowAnalysis, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import { type StepDependencies, findStepDependencies } from "#client/editor/problems/step-dependencies.ts";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { computeRowConnectorAreaWidthPx, computeNestingLineXPx } from "./row-geometry.ts";
import { type StepListRow, buildStepRowId } from "./step-rows.ts";

type DependencyLinksProps = {
  readonly rows: readonly StepListRow[];
  readonly rowHeight: number;
  readonly indent: number;
};

/** A single SVG spans the whole list, so that scrolling redraws nothing. */
export const DependencyLinks = memo(function DependencyLinks({
  rows,
  rowHeight,
  indent,
}: DependencyLinksProps) {
  const key = useStepSelection(findSingleSelectedStep);
  const analysis = useFlowAnalysis((state) => state.analysis);
  const document = useOpenFlowState(({ history }) => history.document);
  const links = useMemo(
    () =>
      key && analysis ? findDependencyLinks(document, rows, key, findStepDependencies(analysis, key)) : [],
    [key, analysis, document, rows],
  );
  if (links.length === 0) return null;
  const drawn = links.map((link) => ({ ...link, ...computeDependencyLinkPath(link, { rowHeight, indent }) }));
  return (
    <svg
      key={key}
      aria-hidden="true"
      width={computeRowConnectorAreaWidthPx(0, indent)}
      height={rows.length * rowHeight}
      fill="none"
      className="pointer-events-none absolute top-0 left-0 z-10 animate-veil-in overflow-visible"
    >
      {STATES.map((state) => (
        <LinkPaths key={state} state={state} drawn={drawn.filter((link) => link.state === state)} />
      ))}
    </svg>
  );
});

/** The states of links in painting order: broken links are painted last, on top of the others. */
const STATES: readonly DependencyLink["state"][] = ["maybe", "surely", "unset"];

type LinkPathsProps = { readonly state: DependencyLink["state"]; readonly drawn: readonly LinkDrawing[] };

/** Draws all links of one kind as one path, so that overlaps are not darker. */
function LinkPaths({ state, drawn }: LinkPathsProps) {
  if (drawn.length === 0) return null;
  const isBroken = state === "unset";
  return (
    <g
      data-threads={state}
      className={joinClasses(
        isBroken
          ? "fill-danger stroke-danger forced-colors:fill-[CanvasText] forced-colors:stroke-[CanvasText]"
          : "fill-accent stroke-accent forced-colors:fill-[Highlight] forced-colors:stroke-[Highlight]",
      )}
    >
      <path
        d={drawn.map(({ path }) => path).join("")}
        fill="none"
        strokeWidth="1.25"
        strokeDasharray={dashes[state]}
        strokeLinecap={state === "maybe" ? "round" : "butt"}
      />
      <path d={[...new Set(drawn.map(({ start }) => dotAt(start)))].join("")} stroke="none" />
      <path
        d={[...new Set(drawn.map(({ end }) => (isBroken ? crossAt(end) : arrowAt(end))))].join("")}
        strokeWidth={isBroken ? 1.5 : 0}
        strokeLinecap="round"
      />
    </g>
  );
}

const dashes = { surely: undefined, maybe: "0.5 3.5", unset: "4 3" } as const;

type End = LinkDrawing["start"];

function dotAt({ x, y }: End): string {
  return `M${x - 1.5} ${y}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`;
}

function arrowAt({ x, y }: End): string {
  return `M${x + 2} ${y}l-5 -2.75v5.5z`;
}

function crossAt({ x, y }: End): string {
  return `M${x - 4} ${y - 2.5}l5 5m0 -5l-5 5`;
}

interface LinkEnd {
  readonly row: number;
  readonly level: number;
}

interface DependencyLink {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  /** Whether the value is set when the reading step runs: always (`surely`), sometimes (`maybe`) or never (`unset`). */
  readonly state: "surely" | "maybe" | "unset";
}

interface LinkMeasures {
  readonly rowHeight: number;
  readonly indent: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface LinkDrawing {
  readonly path: string;
  readonly start: Point;
  readonly end: Point;
}

/** The x positions of the vertical parts of links, in CSS pixels. `BEND` is the corner radius. */
const TRUNK = 7;
const BROKEN_TRUNK = 3;
const BEND = 5;
/** Radius of the circle of a step, and the distance from its center to the ends of links, in CSS pixels. */
const NODE = 14;
const PORT = 6;
/** The distance between a step's circle and the mark at the end of a link, in CSS pixels. */
const GAP = 2;

/** Draws one link through the margin left of the list; `y` is measured from the top of the first row. */
export function computeDependencyLinkPath(
  { from, to, state }: DependencyLink,
  measures: LinkMeasures,
): LinkDrawing {
  const isBroken = state === "unset";
  const start = portOf(from, PORT, measures);
  const end = portOf(to, isBroken ? 0 : -PORT, measures);
  const trunk = isBroken ? BROKEN_TRUNK : TRUNK;
  const direction = Math.sign(end.y - start.y);
  const bend = Math.min(BEND, Math.abs(end.y - start.y) / 2);
  const path = [
    `M${start.x} ${start.y}H${trunk + bend}`,
    `Q${trunk} ${start.y} ${trunk} ${start.y + direction * bend}`,
    `V${end.y - direction * bend}`,
    `Q${trunk} ${end.y} ${trunk + bend} ${end.y}H${end.x}`,
  ];
  return { path: path.join(""), start, end };
}

/** Outgoing links start below the center of a step's circle and incoming ones end above it. */
function portOf({ row, level }: LinkEnd, offset: number, { rowHeight, indent }: LinkMeasures): Point {
  const reach = Math.round(Math.sqrt(NODE ** 2 - offset ** 2) * 10) / 10;
  return { x: computeNestingLineXPx(level, indent) - reach - GAP, y: (row + 0.5) * rowHeight + offset };
}

const ORDER = { surely: 0, maybe: 1, unset: 2 } as const;

/** Links of hidden steps end at their conditional. Two rows share one link, and one for broken references. */
export function findDependencyLinks(
  document: FlowDocument,
  rows: readonly StepListRow[],
  key: StepKey,
  { reads, readBy }: StepDependencies,
): readonly DependencyLink[] {
  const ends = new Map<string, LinkEnd>();
  rows.forEach((row, index) => {
    if (row.type === "step") ends.set(row.id, { row: index, level: row.level });
  });
  const locations = getLocationsOfAllSteps(document);
  const endOf = (step: StepKey): LinkEnd | undefined => {
    const end = ends.get(buildStepRowId(step));
    const list = locations.get(step)?.list;
    return end ?? (list?.type === "branch" ? endOf(list.step) : undefined);
  };
  const self = ends.get(buildStepRowId(key));
  if (!self) return [];

  const links = new Map<string, DependencyLink>();
  const add = (from: LinkEnd | undefined, to: LinkEnd | undefined, state: DependencyLink["state"]) => {
    if (!from || !to || from.row === to.row) return;
    const id = `${from.row} ${to.row} ${state === "unset"}`;
    const other = links.get(id);
    if (!other || ORDER[state] < ORDER[other.state]) links.set(id, { from, to, state });
  };
  for (const { step, state } of reads)
    if (step !== undefined && state !== "input") add(endOf(step), self, state);
  for (const { step, state } of readBy)
    if (step !== undefined && state !== "input") add(self, endOf(step), state);
  return [...links.values()];
}
