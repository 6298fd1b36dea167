import type { OutlineStop } from "#core/difference/outline-difference.ts";

/** What stands on the line: a station, or a number of stations that did not change. */
export type LineMark =
  | { readonly type: "stop"; readonly stop: OutlineStop; readonly x: number }
  | { readonly type: "same"; readonly count: number; readonly x: number };

export interface LinePlan {
  readonly marks: readonly LineMark[];
  /** From where a step was to where it is. */
  readonly hops: readonly { readonly from: number; readonly to: number }[];
  /** Stations past what fits; those among them that changed are told below the line like all others. */
  readonly rest: number;
  readonly width: number;
}

const INSET = 12;
const PITCH = 20;
/** What a number takes the place of: fewer stations than this say more than it does. */
const SAME_WIDTH = 34;
const FEWEST_SAME = 4;

/** Where everything stands on a line that is at most `room` pixels long. */
export function planLine(stops: readonly OutlineStop[], room: number): LinePlan {
  const marks: LineMark[] = [];
  let x = INSET;
  let rest = 0;
  for (const run of gatherRuns(stops)) {
    const width = run.isSame ? SAME_WIDTH : run.stops.length * PITCH;
    if (rest > 0 || (x + width > room && marks.length > 0)) {
      rest += run.stops.length;
      continue;
    }
    if (run.isSame) {
      marks.push({ type: "same", count: run.stops.length, x: x + SAME_WIDTH / 2 - PITCH / 2 });
    } else {
      run.stops.forEach((stop, index) => marks.push({ type: "stop", stop, x: x + index * PITCH }));
    }
    x += width;
  }
  return { marks, hops: findHops(marks), rest, width: x - PITCH + INSET };
}

interface Run {
  readonly isSame: boolean;
  readonly stops: readonly OutlineStop[];
}

/** Stations that did not change in a row as one, and the others one by one. */
function gatherRuns(stops: readonly OutlineStop[]): readonly Run[] {
  const runs: Run[] = [];
  let same: OutlineStop[] = [];
  const close = () => {
    if (same.length >= FEWEST_SAME) runs.push({ isSame: true, stops: same });
    else for (const stop of same) runs.push({ isSame: false, stops: [stop] });
    same = [];
  };
  for (const stop of stops) {
    if (stop.role === "stays" && !stop.isEdited && !stop.isSwitched) same.push(stop);
    else {
      close();
      runs.push({ isSame: false, stops: [stop] });
    }
  }
  close();
  return runs;
}

function findHops(marks: readonly LineMark[]): LinePlan["hops"] {
  const left = new Map<string, number>();
  const moved = new Map<string, number>();
  for (const mark of marks) {
    if (mark.type !== "stop") continue;
    if (mark.stop.role === "left") left.set(mark.stop.key, mark.x);
    else if (mark.stop.role === "moved") moved.set(mark.stop.key, mark.x);
  }
  return [...moved].flatMap(([key, to]) => {
    const from = left.get(key);
    return from === undefined ? [] : [{ from, to }];
  });
}

/** The way of a hop: higher the farther it leads, within `height` pixels over the line at `y`. */
export function drawHop(from: number, to: number, y: number, height: number): string {
  const top = y - Math.min(height, 8 + Math.abs(to - from) / 6);
  return `M${from} ${y}C${from} ${top} ${to} ${top} ${to} ${y}`;
}
