import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { JsonValue } from "#core/json.ts";
import { type KeptWork, createOpenFlow } from "#client/document/open-flow.ts";
import { anySession, playSession } from "./testing/arbitrary-session.ts";
import { createStoredDevice } from "./testing/stored-device.ts";
import type { StoredEntry } from "./stored-journal.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

/** To the letter: the order of keys, and what is missing, are part of it. */
const spell = (value: unknown) =>
  JSON.stringify(value, (_, item) => (item === undefined ? "<none>" : item) as unknown);

const spellDocuments = ({ history, unanswered, unappliedText }: KeptWork) =>
  [
    history.document,
    history.base.document,
    unappliedText?.since,
    ...history.entries.flatMap(({ before, after, rebase }) => [
      before,
      after,
      rebase?.before.base.document,
      rebase?.after.base.document,
    ]),
    ...unanswered.flatMap(({ document, base }) => (base === history.base ? [document] : [])),
  ].map(spell);

/** Of saves whose edits were put on another base meanwhile nothing is to be known, and of decisions what was written. */
const workOf = (kept: KeptWork): KeptWork => ({
  history: kept.history,
  unanswered: kept.unanswered.filter(({ base }) => base === kept.history.base),
  brokenTexts: kept.brokenTexts,
  unappliedText: kept.unappliedText,
  decisions: new Map([...kept.decisions].filter(([, { written }]) => written)),
});

const flow = heldFlow(
  buildFlow("Digest", [
    buildStep("fetch"),
    buildConditional("check", [buildStep("inner")]),
    buildStep("send"),
  ]),
);
const key = (id: string) => id as StepKey;
const open = () => createOpenFlow(flow, { isInexact: false });
const rename = (name: string) => ({ type: "renameStep", key: key("fetch"), name }) as const;
const configure = (value: JsonValue | undefined, at = "url") =>
  ({ type: "setConfig", key: key("fetch"), path: [at], value }) as const;

describe("a journal", () => {
  it("gives back exactly what was there, whenever it was written", () => {
    fc.assert(
      fc.property(anySession, fc.infiniteStream(fc.nat(4)), (session, picks) => {
        const device = createStoredDevice();
        for (const state of playSession(session)) {
          if (picks.next().value !== 0) continue;
          device.write(state);
          const replayed = device.replay();
          if (replayed.type !== "restored") expect.fail(replayed.fault);
          expect(replayed.work).toEqual(workOf(state));
          expect(spellDocuments(replayed.work)).toEqual(spellDocuments(state));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("can be gone on with after it was given back, as if nothing had happened", () => {
    const device = createStoredDevice();
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

  it("knows again which document a text was typed over", () => {
    const device = createStoredDevice();
    const openFlow = open();
    openFlow.edit(rename("Get"));
    openFlow.setUnappliedText({ text: "{", since: openFlow.getState().history.document });
    device.write(openFlow.getState());
    openFlow.edit(rename("Read"));
    device.write(openFlow.getState());
    const replayed = device.replay();
    if (replayed.type !== "restored") expect.fail(replayed.fault);
    const { history, unappliedText } = replayed.work;
    expect(unappliedText?.since).toBe(history.entries[0]?.after);
    expect(unappliedText?.since).not.toBe(history.document);
  });
});

describe("what is written", () => {
  it("is only what changed: an edit is one record, though the flow has a thousand steps", () => {
    const steps = Array.from({ length: 1000 }, (_, index) => buildStep(`s${index}`));
    const openFlow = createOpenFlow({ ...flow, ...buildFlow("Long", steps) }, { isInexact: false });
    const device = createStoredDevice();
    const edit = (at: number) => openFlow.edit({ type: "setEnabled", keys: [key(`s${at}`)], enabled: false });
    edit(1);
    expect(device.write(openFlow.getState()).parts).toHaveLength(2);
    edit(2);
    const { parts, gone } = device.write(openFlow.getState());
    expect(parts).toMatchObject([{ kind: "entry", number: 1 }]);
    expect(JSON.stringify(parts).length).toBeLessThan(300);
    expect(gone).toEqual([]);
  });

  it("is taken away where it is no longer part of the history", () => {
    const openFlow = open();
    const device = createStoredDevice();
    openFlow.edit(rename("Get"));
    openFlow.edit({
      type: "replaceDocument",
      document: { ...openFlow.getState().history.document },
      reason: "r",
    });
    openFlow.setUnappliedText({ text: "{", since: openFlow.getState().history.document });
    device.write(openFlow.getState());
    expect(device.read()).toHaveLength(1 + 2 + 2 + 1);
    openFlow.undo();
    openFlow.undo();
    openFlow.setUnappliedText(undefined);
    openFlow.edit(rename("Read"));
    expect(device.write(openFlow.getState()).gone).toEqual([
      ["j", "document", 1],
      ["j", "entry", 1],
      ["j", "texts", 0],
    ]);
  });

  it("holds the document where edits that became one come to something else than the last of them", () => {
    const openFlow = open();
    const device = createStoredDevice();
    openFlow.edit(configure("a"));
    openFlow.edit(configure("b", "method"));
    openFlow.edit(configure(undefined), "url");
    openFlow.edit(configure("c"), "url");
    const entries = device
      .write(openFlow.getState())
      .parts.filter((part): part is StoredEntry => part.kind === "entry");
    expect(entries.map((entry) => entry.after !== undefined)).toEqual([false, false, true]);
    const replayed = device.replay();
    if (replayed.type !== "restored") expect.fail(replayed.fault);
    expect(spellDocuments(replayed.work)).toEqual(spellDocuments(openFlow.getState()));
  });
});
