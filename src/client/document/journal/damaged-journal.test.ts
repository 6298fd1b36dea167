import { acknowledge, openSaved } from "#client/document/testing/receive.ts";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { isPlainObject } from "#core/document/is-flow-document.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { editSessionArbitrary, runEditSession } from "./testing/arbitrary-session.ts";
import { rebuildUnsavedWorkFromJournal } from "./replay-journal.ts";
import { createInMemoryJournalStore } from "./testing/in-memory-journal-store.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { TEST_CASE_COUNT_MULTIPLIER } from "#core/testing/arbitrary-flow.ts";

type Fields = Record<string, unknown>;

const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));
const rename = (name: string) => ({ type: "renameStep", key: "fetch" as StepKey, name }) as const;

function storeRenames() {
  const openFlow = openSaved(flow);
  const device = createInMemoryJournalStore();
  for (const name of ["One", "Two", "Three"]) openFlow.edit(rename(name));
  const { history } = openFlow.getState();
  const saved = {
    ...flow,
    versionToken: "2-x",
    ...buildFlow("Digest", [buildStep("fetch", { name: "Two" }), buildStep("send")]),
  };
  const document = history.entries[1]!.after;
  acknowledge(openFlow, saved, { document, position: 2, base: history.base });
  device.write(openFlow.getState());
  const [journal, ...parts] = device.read() as Fields[];
  const partOf = (kind: string, number: number) =>
    parts.find((part) => part["kind"] === kind && part["number"] === number)!;
  const replay = () => {
    const replayed = rebuildUnsavedWorkFromJournal(journal, parts);
    return {
      ...replayed,
      names: replayed.type === "unreadable" ? [] : replayed.work.history.entries.map(({ label }) => label),
    };
  };
  return { journal: journal!, parts, partOf, replay, documentNow: openFlow.getState().history.document };
}

function spoil(target: unknown, [pick = 0, ...picks]: readonly number[], by: unknown): void {
  if (!isPlainObject(target) && !Array.isArray(target)) return;
  const fields = target as Fields;
  const keys = Object.keys(fields);
  const key = keys[pick % keys.length];
  if (key === undefined) return;
  const inner = fields[key];
  if (picks.length > 0 && typeof inner === "object" && inner !== null) return spoil(inner, picks, by);
  if (by === GONE) delete fields[key];
  else
    Object.defineProperty(fields, key, { value: by, enumerable: true, configurable: true, writable: true });
}
const GONE = Symbol("gone");

it("a journal with a damaged record is restored up to the damage without throwing, and is reported as damaged if the document differs", () => {
  const by = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(GONE, undefined, null, 0, 1, 2, -1, 0.5, 1e9, "", "a", "root", [], {}),
    },
    { weight: 1, arbitrary: fc.anything() },
  );
  fc.assert(
    fc.property(
      editSessionArbitrary,
      fc.nat(),
      fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
      by,
      (session, at, picks, by) => {
        const device = createInMemoryJournalStore();
        const state = [...runEditSession(session)].at(-1)!;
        device.write(state);
        const records = device.read();
        const target = records[at % records.length] as Fields;
        const { kind, number } = target;
        spoil(target, picks, by);
        // Keeps the record's key valid: damage in storage can only affect the value.
        if (kind !== undefined) Object.assign(target, { kind, number });
        const [journal, ...parts] = records;
        const replayed = rebuildUnsavedWorkFromJournal(journal, parts);
        if (replayed.type === "restored") {
          const { document, base } = replayed.work.history;
          expect(document).toEqual(state.history.document);
          if (kind !== undefined) expect(base.document).toEqual(state.history.base.document);
        }
        if (kind !== "entry") return;
        if (replayed.type === "unreadable") expect.fail("An entry is not all of it.");
        const { entries } = replayed.work.history;
        const readable = number as number;
        expect(entries.slice(0, readable)).toEqual(state.history.entries.slice(0, readable));
        if (replayed.type === "partly") expect(replayed.raw).not.toBe("");
      },
    ),
    { numRuns: 1500 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("an incomplete journal is not read if it has another format", () => {
  const { journal, replay } = storeRenames();
  journal["format"] = 3;
  expect(replay()).toMatchObject({ type: "unreadable", fault: "other-version" });
  delete journal["format"];
  expect(replay()).toMatchObject({ type: "unreadable", fault: "other-version" });
});

it("an incomplete journal returns its raw records if its first document is missing", () => {
  const { parts, partOf, replay } = storeRenames();
  parts.splice(parts.indexOf(partOf("document", 0)), 1);
  const replayed = replay();
  expect(replayed).toMatchObject({ type: "unreadable", fault: "damaged" });
  expect(replayed.type === "unreadable" && replayed.raw).toContain('"name": "Three"');
});

it("an incomplete journal ends before an edit that is missing or of an unknown kind", () => {
  const unknown = storeRenames();
  unknown.partOf("entry", 2)["command"] = { type: "foldSteps", keys: ["fetch"] };
  expect(unknown.replay()).toMatchObject({ type: "partly", fault: "other-version", lost: 1 });
  expect(unknown.replay().names).toEqual(["rename “Fetch”", "rename “One”"]);
  const gone = storeRenames();
  gone.parts.splice(gone.parts.indexOf(gone.partOf("entry", 1)), 1);
  expect(gone.replay()).toMatchObject({ type: "partly", fault: "damaged", lost: 2 });
});

it("an incomplete journal is reported as inexact if replaying its edits does not produce the stored document", () => {
  const { partOf, replay } = storeRenames();
  partOf("entry", 2)["command"] = rename("Tree");
  expect(replay()).toMatchObject({ type: "partly", fault: "inexact", lost: 0 });
  expect(replay().names).toHaveLength(3);
});

it("an incomplete journal is based on an older version if its base version is unreadable, so that a merge finds later changes", () => {
  for (const spoilBase of [
    (stored: ReturnType<typeof storeRenames>) =>
      stored.parts.splice(stored.parts.indexOf(stored.partOf("document", 1)), 1),
    (stored: ReturnType<typeof storeRenames>) => (stored.journal["mark"] = { base: { document: 1 } }),
    (stored: ReturnType<typeof storeRenames>) => (stored.partOf("document", 1)["print"] = "other"),
  ]) {
    const stored = storeRenames();
    spoilBase(stored);
    const replayed = stored.replay();
    if (replayed.type !== "partly") expect.fail(replayed.type);
    const { history } = replayed.work;
    expect(replayed).toMatchObject({ fault: "damaged", lost: 0 });
    expect(history.document).toEqual(stored.documentNow);
    expect(history.base.document).toBe(history.entries[0]?.before);
    expect(isEditBaseBehindServerVersion({ flow, history })).toBe(true);
  }
});

it("an incomplete journal treats saved changes whose edits are unreadable as a newer server version", () => {
  const { parts, partOf, replay } = storeRenames();
  parts.splice(parts.indexOf(partOf("entry", 1)), 1);
  const replayed = replay();
  if (replayed.type !== "partly") expect.fail(replayed.type);
  const { history } = replayed.work;
  expect(history.base.document).toBe(history.entries[0]?.before);
  expect(isEditBaseBehindServerVersion({ flow, history })).toBe(true);
});

it("an incomplete journal keeps the edits if only pending input is damaged", () => {
  const { parts, replay } = storeRenames();
  parts.push({ journal: "j", kind: "texts", number: 0, invalidInputs: [{ key: 1 }], pendingJson: "{" });
  expect(replay()).toMatchObject({
    type: "partly",
    lost: 0,
    work: { invalidInputs: [], pendingJson: undefined },
  });
});

it("an incomplete journal keeps the readable texts merged by hand, and reports the unreadable ones", () => {
  const { parts, replay } = storeRenames();
  const conflict = { type: "field", id: "a", path: ["prompt"], mine: "m", theirs: "t", preset: "mine" };
  const sound = { conflict, choice: "theirs", written: { value: "both" } };
  const spoilt = [{ ...sound, conflict: { ...conflict, id: 1 } }, { ...sound, written: "both" }, null];
  const texts = { journal: "j", kind: "texts", number: 0, invalidInputs: [] };
  parts.push({ ...texts, decisions: [sound, ...spoilt] });
  const work = { decisions: new Map([["a", sound]]) };
  expect(replay()).toMatchObject({ type: "partly", lost: 0, work });
  parts.splice(-1, 1, { ...texts, decisions: [sound] });
  expect(replay()).toMatchObject({ type: "restored", work });
});
