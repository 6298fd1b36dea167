import { expect, test } from "vitest";
import { type Command, applyCommand } from "#core/command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { ROOT } from "#core/step-list.ts";
import { type Station, listStations } from "./list-stations.ts";

const key = (id: string) => id as StepKey;
const before = parseFlow(
  buildFlow("f", [buildStep("a"), buildStep("b"), buildConditional("c", []), buildStep("d")]),
);
const edit = (...commands: readonly Command[]) => commands.reduce(applyCommand, before);
const words = (stations: readonly Station[]) =>
  stations.map((station) =>
    station.mark === "rest" ? `${station.count} more` : `${station.key} ${station.mark}`,
  );

test("a moved step is a ghost where it was and a station where it is", () => {
  const after = edit({ type: "moveSteps", keys: [key("d")], place: { list: ROOT, index: 0 } });
  expect(words(listStations(before, after))).toEqual(["d moved", "a same", "b same", "c same", "d left"]);
});

test("a removed step is a ghost, one that went into a branch too", () => {
  const into = { type: "branch", step: key("c"), branch: "trueSteps" } as const;
  const after = edit(
    { type: "removeSteps", keys: [key("a")] },
    { type: "moveSteps", keys: [key("b")], place: { list: into, index: 0 } },
  );
  expect(words(listStations(before, after))).toEqual(["a removed", "b left", "c same", "d same"]);
});

test("switched and edited steps are told apart from those without a change", () => {
  const after = edit(
    { type: "setEnabled", keys: [key("a")], enabled: false },
    { type: "setConfig", key: key("b"), path: ["model"], value: "x" },
  );
  expect(words(listStations(before, after))).toEqual(["a switched", "b edited", "c same", "d same"]);
});

test("many steps without a change are counted instead of drawn", () => {
  const long = parseFlow(
    buildFlow(
      "long",
      Array.from({ length: 1000 }, (_, index) => buildStep(`s${index}`)),
    ),
  );
  const after = applyCommand(long, { type: "setEnabled", keys: [key("s500")], enabled: false });
  expect(words(listStations(long, after))).toEqual([
    "s0 same",
    "498 more",
    "s499 same",
    "s500 switched",
    "s501 same",
    "497 more",
    "s999 same",
  ]);
});
