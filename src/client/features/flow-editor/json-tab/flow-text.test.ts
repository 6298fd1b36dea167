import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { replaceWork } from "#client/features/flow-editor/tie-texts.ts";
import { NO_TEXTS } from "#client/document/typed-texts.ts";
import { createFlowText } from "./flow-text.ts";

const flow: Flow = {
  id: "flow_1",
  createdAt: "2026-06-01T16:40:24.446Z",
  updatedAt: "2026-06-01T16:40:24.446Z",
  userId: "user_1",
  organizationId: null,
  ...buildFlow("Digest", [buildStep("a"), buildStep("b")]),
};

const open = () => {
  const openFlow = createOpenFlow(flow, { isInexact: false });
  const flowText = createFlowText(openFlow);
  const leave = flowText.connect();
  const textNow = () => flowText.store.getState().text;
  const nameNow = () => openFlow.getState().history.document.name;
  return { openFlow, flowText, leave, textNow, nameNow };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the text follows the flow as long as nobody writes in it", () => {
  const { openFlow, textNow } = open();
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  expect(textNow()).toContain('"name": "Weekly"');
  openFlow.undo();
  expect(textNow()).toContain('"name": "Digest"');
});

test("from the first key on it is unsaved work; typed back it is none", () => {
  const { openFlow, flowText, textNow } = open();
  const before = textNow();
  flowText.change(`${before} `);
  expect(countUnsavedEdits(openFlow.getState())).toBe(1);
  flowText.change(before);
  vi.runAllTimers();
  expect(countUnsavedEdits(openFlow.getState())).toBe(0);
  expect(flowText.store.getState().isTouched).toBe(false);
});

test("it is applied as one edit that keeps the steps it did not change, and undone in one step", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  const [first] = openFlow.getState().history.document.steps;
  flowText.change(textNow().replace("Digest", "Weekly").replace('"B"', '"Second"'));
  expect(flowText.apply()).toBeUndefined();
  expect(nameNow()).toBe("Weekly");
  expect(openFlow.getState().history.document.steps[0]).toBe(first);
  expect(openFlow.getState().history.entries.map(({ label }) => label)).toEqual(["apply JSON"]);
  expect(openFlow.getState().unappliedText).toBeUndefined();
  openFlow.undo();
  expect(nameNow()).toBe("Digest");
  expect(textNow()).toContain('"name": "Digest"');
});

test("a text that is no flow is not applied, and says why", () => {
  const { openFlow, flowText, nameNow } = open();
  flowText.change('{"name": "Weekly"');
  expect(flowText.apply()).toMatchObject({ problems: [{ severity: "error" }] });
  expect(nameNow()).toBe("Digest");
  expect(openFlow.getState().unappliedText?.text).toBe('{"name": "Weekly"');
});

test("what is not applied is there again when the tab is, also the last keys before it was left", () => {
  const { openFlow, flowText, leave, textNow } = open();
  flowText.change(textNow().replace("Digest", "Weekly"));
  leave();
  const again = createFlowText(openFlow);
  expect(again.store.getState()).toMatchObject({ isTouched: true });
  expect(again.store.getState().text).toContain("Weekly");
  const leaveAgain = again.connect();
  vi.runAllTimers();
  expect(again.store.getState().reading?.flow).toBeDefined();
  leaveAgain();
});

test("what is typed without a pause is kept all the same, a moment after each key", () => {
  const { openFlow, flowText, textNow } = open();
  const kept = () => openFlow.getState().unappliedText?.text;
  flowText.change(`${textNow()} `);
  for (const letter of ["a", "b", "c"]) {
    const text = `${kept()}${letter}`;
    flowText.change(text);
    vi.advanceTimersByTime(100);
    expect(kept()).toBe(text);
    expect(flowText.store.getState().reading).toBeUndefined();
  }
});

test("a text that is applied to a flow that changed meanwhile takes back nothing of that; where both changed the same, it waits", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  const stepNames = () => openFlow.getState().history.document.steps.map(({ fields }) => fields["name"]);
  flowText.change(textNow().replace('"B"', '"Second"'));
  vi.runAllTimers();
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  expect(flowText.apply()).toBeUndefined();
  expect([nameNow(), ...stepNames()]).toEqual(["Weekly", "A", "Second"]);

  const typed = textNow().replace("Weekly", "Monthly");
  flowText.change(typed);
  vi.runAllTimers();
  openFlow.edit({ type: "renameFlow", name: "Yearly" });
  expect(flowText.apply()).toBe("clash");
  expect([nameNow(), textNow()]).toEqual(["Yearly", typed]);
  expect(flowText.apply({ isReplacing: true })).toBeUndefined();
  expect(nameNow()).toBe("Monthly");

  flowText.change(textNow().replace("Monthly", "Daily"));
  vi.runAllTimers();
  openFlow.edit({ type: "renameFlow", name: "Daily" });
  const { entries } = openFlow.getState().history;
  expect(flowText.apply()).toBeUndefined();
  expect(openFlow.getState().history.entries).toEqual(entries);
});

test("a flow that changes under a text that was begun leaves the text alone", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  flowText.change(textNow().replace('"B"', '"Second"'));
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  vi.runAllTimers();
  expect(textNow()).toContain("Second");
  expect(openFlow.getState().unappliedText?.since).not.toBe(openFlow.getState().history.document);
  flowText.discard();
  expect(textNow()).toContain("Weekly");
  expect(nameNow()).toBe("Weekly");
  expect(openFlow.getState().unappliedText).toBeUndefined();
});

test("a newer version from elsewhere goes into the flow, not over the text", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  flowText.change(textNow().replace('"B"', '"Second"'));
  const theirs = { ...flow, name: "Theirs", updatedAt: "2026-06-01T16:40:25.000Z" };
  expect(openFlow.noticeServer(theirs, false)).toBe("adopted");
  vi.runAllTimers();
  expect(nameNow()).toBe("Theirs");
  expect(textNow()).toContain("Second");
});

test("a key that comes while the text is read ends that, and what was typed last is what is read", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  const readingNow = () => flowText.store.getState().reading;
  const before = textNow();
  flowText.change(before.replace("Digest", "Weekly"));
  // The rest after the last key, and the first part of the reading.
  vi.advanceTimersToNextTimer();
  vi.advanceTimersToNextTimer();
  expect(readingNow()).toBeUndefined();
  flowText.change(before.replace("Digest", "Monthly"));
  vi.runAllTimers();
  expect(readingNow()?.flow?.name).toBe("Monthly");

  // From here on a text is kept before it is read.
  flowText.change(before.replace("Digest", "Yearly"));
  vi.advanceTimersToNextTimer();
  vi.advanceTimersToNextTimer();
  openFlow.settle();
  vi.runAllTimers();
  expect(readingNow()?.flow?.name).toBe("Yearly");

  flowText.change(before.replace("Digest", "Hourly"));
  vi.advanceTimersToNextTimer();
  vi.advanceTimersToNextTimer();
  expect(flowText.apply()).toBeUndefined();
  vi.runAllTimers();
  expect(nameNow()).toBe("Hourly");
  expect(readingNow()).toBeUndefined();
});

test("a text that was discarded with the edits, and comes back with an undo, is shown again", () => {
  const { openFlow, flowText, textNow } = open();
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  const typed = textNow().replace("Weekly", "Half typed");
  flowText.change(typed);
  vi.runAllTimers();
  replaceWork(openFlow, openFlow.getState().history.base.document, { reason: "discard", texts: NO_TEXTS });
  expect(textNow()).toContain('"name": "Digest"');
  expect(flowText.store.getState().isTouched).toBe(false);
  openFlow.undo();
  expect(textNow()).toBe(typed);
  vi.runAllTimers();
  expect(flowText.apply()).toBeUndefined();
  expect(openFlow.getState().history.document.name).toBe("Half typed");
});
