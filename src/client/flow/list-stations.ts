import { findMoved } from "#core/difference/find-changes.ts";
import { type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { equalJson } from "#core/json.ts";
import { ownFields } from "#core/own-fields.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";

export type StationMark =
  | "same"
  | "added"
  /** Where it stands now. */
  | "moved"
  /** Where it stood. */
  | "left"
  | "removed"
  | "switched"
  | "edited";

/** What a line that tells two versions apart shows, from left to right. */
export type Station =
  | {
      readonly key: StepKey;
      readonly name: string;
      readonly type: string;
      readonly enabled: boolean;
      readonly mark: StationMark;
    }
  /** Steps without a change, too many to draw. */
  | { readonly mark: "rest"; readonly count: number };

/** Unchanged steps in a row that are all drawn. */
const DRAWN_RUN = 4;

/** The top level of both versions as one line: the later one, with what it no longer has where that was. */
export function listStations(before: FlowDocument, after: FlowDocument): readonly Station[] {
  const moved = findMoved(before, after);
  const was = new Map(before.steps.map((node) => [node.key, node]));
  const here = new Set(after.steps.map(({ key }) => key));
  const standing = (key: StepKey) => was.has(key) && here.has(key) && !moved.has(key);

  const ghosts = new Map<StepKey | undefined, Station[]>();
  let anchor: StepKey | undefined;
  for (const node of before.steps) {
    if (standing(node.key)) {
      anchor = node.key;
      continue;
    }
    const mark = findStep(after, node.key) ? "left" : "removed";
    ghosts.set(anchor, [...(ghosts.get(anchor) ?? []), stationOf(node, mark)]);
  }

  const known = locateSteps(before);
  const stations = [...(ghosts.get(undefined) ?? [])];
  for (const node of after.steps) {
    stations.push(stationOf(node, markOf(known.get(node.key)?.node, node, !standing(node.key))));
    if (standing(node.key)) stations.push(...(ghosts.get(node.key) ?? []));
  }
  return fold(stations);
}

function markOf(before: StepNode | undefined, after: StepNode, isElsewhere: boolean): StationMark {
  if (!before) return "added";
  if (isElsewhere) return "moved";
  if (isEnabled(before) !== isEnabled(after)) return "switched";
  const isSame = before.fields === after.fields || equalJson(ownFields(before), ownFields(after));
  return isSame ? "same" : "edited";
}

function stationOf(node: StepNode, mark: StationMark): Station {
  return { key: node.key, name: stepName(node), type: stepType(node), enabled: isEnabled(node), mark };
}

/** Long runs without a change keep their ends only. */
function fold(stations: readonly Station[]): readonly Station[] {
  const folded: Station[] = [];
  for (let index = 0; index < stations.length;) {
    let end = index;
    while (stations[end]?.mark === "same") end += 1;
    const run = stations.slice(index, end);
    const [first, last] = [run[0], run.at(-1)];
    if (run.length > DRAWN_RUN && first && last)
      folded.push(first, { mark: "rest", count: run.length - 2 }, last);
    else folded.push(...run);
    const next = stations[end];
    if (next) folded.push(next);
    index = end + 1;
  }
  return folded;
}
