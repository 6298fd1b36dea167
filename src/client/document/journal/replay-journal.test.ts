import { openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonValue } from "#core/json/json.ts";
import type { PersistedOpenFlowState } from "#client/document/open-flow-state.ts";
import { editSessionArbitrary, runEditSession } from "./testing/arbitrary-session.ts";
import { createInMemoryJournalStore } from "./testing/in-memory-journal-store.ts";
import { rebuildUnsavedWorkFromJournal } from "./replay-journal.ts";
import type { StoredHistoryEntry } from "./stored-journal.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { TEST_CASE_COUNT_MULTIPLIER } from "#core/testing/arbitrary-flow.ts";

const serialize = (value: unknown) =>
  JSON.stringify(value, (_, item) => (item === undefined ? "<none>" : item) as unknown);

const serializeDocuments = ({ history, unacknowledgedSaves, pendingJson }: PersistedOpenFlowState) =>
  [
    history.document,
    history.base.document,
    pendingJson?.since,
    ...history.entries.flatMap(({ before, after, rebase }) => [
      before,
      after,
      rebase?.before.base.document,
      rebase?.after.base.document,
    ]),
    ...unacknowledgedSaves.flatMap(({ document, base }) => (base === history.base ? [document] : [])),
  ].map(serialize);

/**
 * Returns a state without the parts that the journal does not store, so that it can be compared with the restored
 * state: saves based on another version, and conflict choices without text written by the user.
 */
const workOf = (state: PersistedOpenFlowState): PersistedOpenFlowState => ({
  history: state.history,
  unacknowledgedSaves: state.unacknowledgedSaves.filter(({ base }) => base === state.history.base),
  invalidInputs: state.invalidInputs,
  pendingJson: state.pendingJson,
  decisions: new Map([...state.decisions].filter(([, { written }]) => written)),
});

const flow = buildServerFlow(
  buildFlow("Digest", [
    buildStep("fetch"),
    buildConditional("check", [buildStep("inner")]),
    buildStep("send"),
  ]),
);
const key = (id: string) => id as StepKey;
const open = () => openSaved(flow);
const rename = (name: string) => ({ type: "renameStep", key: key("fetch"), name }) as const;
const configure = (value: JsonValue | undefined, at = "url") =>
  ({ type: "setConfig", key: key("fetch"), path: [at], value }) as const;

it("a journal restores exactly the written state after any number of writes", () => {
  fc.assert(
    fc.property(editSessionArbitrary, fc.infiniteStream(fc.nat(4)), (session, picks) => {
      const device = createInMemoryJournalStore();
      for (const state of runEditSession(session)) {
        if (picks.next().value !== 0) continue;
        device.write(state);
        const replayed = device.replay();
        if (replayed.type !== "restored") expect.fail(replayed.fault);
        expect(replayed.work).toEqual(workOf(state));
        expect(serializeDocuments(replayed.work)).toEqual(serializeDocuments(state));
      }
    }),
    { numRuns: 1000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("a journal derives the type of a remote update from its label if an older release stored none", () => {
  const openFlow = open();
  const version = (revision: number) => ({
    ...flow,
    revision,
    versionToken: `${revision}-x`,
    name: `Version ${revision}`,
    updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
  });
  receiveVersion(openFlow, version(2));
  openFlow.edit(rename("Get"));
  receiveVersion(openFlow, version(3));
  openFlow.rebase({ ...openFlow.getState().history.document, name: "Version 3" }, "merged");
  receiveVersion(openFlow, version(4));
  openFlow.takeTheirs();
  const device = createInMemoryJournalStore();
  device.write(openFlow.getState());
  const [journal, ...parts] = device.read();
  const older = parts.map((part) => {
    const { rebase, ...entry } = part as StoredHistoryEntry;
    if (!rebase) return part;
    const { type: _, ...marks } = rebase;
    return { ...entry, rebase: marks };
  });
  for (const stored of [parts, older]) {
    const replayed = rebuildUnsavedWorkFromJournal(journal, stored);
    if (replayed.type !== "restored") expect.fail(replayed.fault);
    expect(replayed.work.history.entries.map(({ rebase }) => rebase?.type)).toEqual([
      "updated",
      undefined,
      "merged",
      "replaced",
    ]);
  }
});

it("a journal can be edited and undone after it was restored", () => {
  const device = createInMemoryJournalStore();
  const before = open();
  before.edit(rename("Get"));
  before.undo();
  device.write(before.getState());
  const replayed = device.replay();
  if (replayed.type !== "restored") expect.fail(replayed.fault);
  const after = open();
  after.restore(replayed.work);
  after.redo();
  expect(after.getState().history.document.steps[0]?.fields["name"]).toBe("Get");
});

it("a journal restores the document that a pending text was based on", () => {
  const device = createInMemoryJournalStore();
  const openFlow = open();
  openFlow.edit(rename("Get"));
  openFlow.setPendingJson({ text: "{", since: openFlow.getState().history.document });
  device.write(openFlow.getState());
  openFlow.edit(rename("Read"));
  device.write(openFlow.getState());
  const replayed = device.replay();
  if (replayed.type !== "restored") expect.fail(replayed.fault);
  const { history, pendingJson } = replayed.work;
  expect(pendingJson?.since).toBe(history.entries[0]?.after);
  expect(pendingJson?.since).not.toBe(history.document);
});

it("a write contains only changes: an edit is one record in a flow of a thousand steps", () => {
  const steps = Array.from({ length: 1000 }, (_, index) => buildStep(`s${index}`));
  const openFlow = openSaved({ ...flow, ...buildFlow("Long", steps) });
  const device = createInMemoryJournalStore();
  const edit = (at: number) => openFlow.edit({ type: "setEnabled", keys: [key(`s${at}`)], enabled: false });
  edit(1);
  expect(device.write(openFlow.getState()).parts).toHaveLength(2);
  edit(2);
  const { parts, gone } = device.write(openFlow.getState());
  expect(parts).toMatchObject([{ kind: "entry", number: 1 }]);
  expect(JSON.stringify(parts).length).toBeLessThan(300);
  expect(gone).toEqual([]);
});

it("a write deletes records that are no longer part of the history", () => {
  const openFlow = open();
  const device = createInMemoryJournalStore();
  openFlow.edit(rename("Get"));
  openFlow.edit({
    type: "replaceDocument",
    document: { ...openFlow.getState().history.document },
    reason: "r",
  });
  openFlow.setPendingJson({ text: "{", since: openFlow.getState().history.document });
  device.write(openFlow.getState());
  expect(device.read()).toHaveLength(1 + 2 + 2 + 1);
  openFlow.undo();
  openFlow.undo();
  openFlow.setPendingJson(undefined);
  openFlow.edit(rename("Read"));
  expect(device.write(openFlow.getState()).gone).toEqual([
    ["j", "document", 1],
    ["j", "entry", 1],
    ["j", "texts", 0],
  ]);
});

it("a write contains the whole document if the last command of a coalesced edit would not reproduce the document", () => {
  const openFlow = open();
  const device = createInMemoryJournalStore();
  openFlow.edit(configure("a"));
  openFlow.edit(configure("b", "method"));
  openFlow.edit(configure(undefined), "url");
  openFlow.edit(configure("c"), "url");
  const entries = device
    .write(openFlow.getState())
    .parts.filter((part): part is StoredHistoryEntry => part.kind === "entry");
  expect(entries.map((entry) => entry.after !== undefined)).toEqual([false, false, true]);
  const replayed = device.replay();
  if (replayed.type !== "restored") expect.fail(replayed.fault);
  expect(serializeDocuments(replayed.work)).toEqual(serializeDocuments(openFlow.getState()));
});
