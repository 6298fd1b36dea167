import { laneAt } from "./lanes.ts";

/** How far the line bends around a step that is off, in CSS pixels. */
const BEND = 23;

export interface TrackRow {
  readonly level: number;
  /** Branches whose line ends in this row, and goes back to the lane of what is around them. */
  readonly closes: number;
  readonly indent: number;
  readonly height: number;
}

export interface TrackPaths {
  /** The way that the flow takes. */
  readonly line: string;
  /** The ways that it does not take: past the branch, and through a step that is off. */
  readonly aside: string;
}

/** The tracks of a step's row: its own line through it, or around it when it is off, and those of the lists around it. */
export function drawStepTrack(row: TrackRow & { readonly enabled: boolean }): TrackPaths {
  const { level, closes, indent, height, enabled } = row;
  const lane = laneAt(level, indent);
  const middle = height / 2;
  const x = enabled ? lane : lane - Math.min(BEND, indent + 1);
  const entry = enabled ? `M${lane} 0V${middle}` : `M${lane} 0${bow(lane, 0, x, middle)}`;
  const exit =
    closes > 0
      ? bow(x, middle, laneAt(level - closes, indent), height)
      : enabled
        ? `V${height}`
        : bow(x, middle, lane, height);
  const through = enabled ? "" : `M${lane} 0V${closes > 0 ? middle : height}`;
  return { line: entry + exit, aside: passing(row, level - 1) + through };
}

/** The tracks of a branch's head: its line leaves that of the conditional, and comes right back when there is nothing on it. */
export function drawForkTrack(row: TrackRow): TrackPaths {
  const { level, closes, indent, height } = row;
  const [from, lane, middle] = [laneAt(level - 1, indent), laneAt(level, indent), height / 2];
  const fork = `M${from} 0${bow(from, 0, lane, middle)}`;
  const exit = closes > 0 ? bow(lane, middle, laneAt(level - closes, indent), height) : `V${height}`;
  return { line: fork + exit, aside: passing(row, level - 1) };
}

/** The lanes beside the row's own; those that end with it stop where the line comes back across them. */
function passing({ level, closes, indent, height }: TrackRow, last: number): string {
  let path = "";
  for (let outer = 0; outer <= last; outer += 1) {
    const share = closes > 0 ? (level - outer) / closes : 1;
    const end = share < 1 ? height * (0.5 + 0.5 * share) : height;
    path += `M${laneAt(outer, indent)} 0V${end}`;
  }
  return path;
}

/** From lane to lane, straight up and down at both ends. */
function bow(fromX: number, fromY: number, toX: number, toY: number): string {
  const half = (fromY + toY) / 2;
  return `C${fromX} ${half} ${toX} ${half} ${toX} ${toY}`;
}
