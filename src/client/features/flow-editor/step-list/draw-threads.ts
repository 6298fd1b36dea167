import { laneAt } from "./lanes.ts";

/** What a thread leads from or to: a row of the list, and the level that its station stands on. */
export interface ThreadEnd {
  readonly row: number;
  readonly level: number;
}

export interface Thread {
  /** Where the value is set. */
  readonly from: ThreadEnd;
  /** Where it is read. */
  readonly to: ThreadEnd;
  /** `maybe`: it may be missing there; `unset`: it never arrives. */
  readonly state: "surely" | "maybe" | "unset";
}

export interface ThreadMeasures {
  readonly rowHeight: number;
  readonly indent: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ThreadDrawing {
  readonly path: string;
  /** At the station that sets the value. */
  readonly start: Point;
  /** Where the value arrives at the station that reads it, or does not. */
  readonly end: Point;
}

/** In CSS pixels. What runs together runs as one, in the margin that the line and its bows leave free. */
const TRUNK = 7;
const BROKEN_TRUNK = 3;
const BEND = 5;
/** Half of a station, and how far from its middle threads leave it and arrive. */
const STATION = 14;
const PORT = 6;
/** Between a station and a thread's mark. */
const GAP = 2;

/** One thread through the margin left of the list; `y` counts from the top of the first row. */
export function drawThread({ from, to, state }: Thread, measures: ThreadMeasures): ThreadDrawing {
  const isBroken = state === "unset";
  const start = portOf(from, PORT, measures);
  const end = portOf(to, isBroken ? 0 : -PORT, measures);
  const trunk = isBroken ? BROKEN_TRUNK : TRUNK;
  const way = Math.sign(end.y - start.y);
  const bend = Math.min(BEND, Math.abs(end.y - start.y) / 2);
  const path = [
    `M${start.x} ${start.y}H${trunk + bend}`,
    `Q${trunk} ${start.y} ${trunk} ${start.y + way * bend}`,
    `V${end.y - way * bend}`,
    `Q${trunk} ${end.y} ${trunk + bend} ${end.y}H${end.x}`,
  ];
  return { path: path.join(""), start, end };
}

/** Threads leave a station below its middle and arrive above it, so that both can be told apart. */
function portOf({ row, level }: ThreadEnd, offset: number, { rowHeight, indent }: ThreadMeasures): Point {
  const reach = Math.round(Math.sqrt(STATION ** 2 - offset ** 2) * 10) / 10;
  return { x: laneAt(level, indent) - reach - GAP, y: (row + 0.5) * rowHeight + offset };
}
