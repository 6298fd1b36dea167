import { openSaved } from "#client/document/testing/receive.ts";
import { beforeEach, expect, test, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { replaceFlowAndPendingInput } from "#client/editor/session/bind-pending-input.ts";
import { NO_PENDING_USER_INPUT } from "#client/document/pending-input.ts";
import { createFlowJsonEditController } from "./flow-json-edit-controller.ts";

const flow: Flow = {
  id: "flow_1",
  createdAt: "2026-06-01T16:40:24.446Z",
  updatedAt: "2026-06-01T16:40:24.446Z",
  userId: "user_1",
  organizationId: null,
  ...buildFlow("Digest", [buildStep("a"), buildStep("b")]),
};

const open = () => {
  const openFlow = openSaved(flow);
  const flowText = createFlowJsonEditController(openFlow);
  const leave = flowText.connect();
  const textNow = () => flowText.store.getState().text;
  const nameNow = () => openFlow.getState().history.document.name;
  return { openFlow, flowText, leave, textNow, nameNow };
};

beforeEach(() => void vi.useFakeTimers());

test("the text follows the flow until the user edits it", () => {
  const { openFlow, textNow } = open();
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  expect(textNow()).toContain('"name": "Weekly"');
  openFlow.undo();
  expect(textNow()).toContain('"name": "Digest"');
});

test("an edited text counts as unsaved until it equals the flow again", () => {
  const { openFlow, flowText, textNow } = open();
  const before = textNow();
  flowText.change(`${before} `);
  expect(countUnsavedEdits(openFlow.getState())).toBe(1);
  flowText.change(before);
  vi.runAllTimers();
  expect(countUnsavedEdits(openFlow.getState())).toBe(0);
  expect(flowText.store.getState().isTouched).toBe(false);
});

test("applying the text is one edit that keeps unchanged steps and is undone by one undo", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  const [first] = openFlow.getState().history.document.steps;
  flowText.change(textNow().replace("Digest", "Weekly").replace('"B"', '"Second"'));
  expect(flowText.apply()).toBeUndefined();
  expect(nameNow()).toBe("Weekly");
  expect(openFlow.getState().history.document.steps[0]).toBe(first);
  expect(openFlow.getState().history.entries.map(({ label }) => label)).toEqual(["apply JSON"]);
  expect(openFlow.getState().pendingJson).toBeUndefined();
  openFlow.undo();
  expect(nameNow()).toBe("Digest");
  expect(textNow()).toContain('"name": "Digest"');
});

test("an invalid text is not applied and reports its problems", () => {
  const { openFlow, flowText, nameNow } = open();
  flowText.change('{"name": "Weekly"');
  expect(flowText.apply()).toMatchObject({ problems: [{ severity: "error" }] });
  expect(nameNow()).toBe("Digest");
  expect(openFlow.getState().pendingJson?.text).toBe('{"name": "Weekly"');
});

test("pending JSON is kept when the user switches tabs, including the last keystrokes", () => {
  const { openFlow, flowText, leave, textNow } = open();
  flowText.change(textNow().replace("Digest", "Weekly"));
  leave();
  const again = createFlowJsonEditController(openFlow);
  expect(again.store.getState()).toMatchObject({ isTouched: true });
  expect(again.store.getState().text).toContain("Weekly");
  const leaveAgain = again.connect();
  vi.runAllTimers();
  expect(again.store.getState().reading?.flow).toBeDefined();
  leaveAgain();
});

test("the text is persisted at regular intervals while the user types without a pause", () => {
  const { openFlow, flowText, textNow } = open();
  const persistedText = () => openFlow.getState().pendingJson?.text;
  flowText.change(`${textNow()} `);
  for (const letter of ["a", "b", "c"]) {
    const text = `${persistedText()}${letter}`;
    flowText.change(text);
    vi.advanceTimersByTime(100);
    expect(persistedText()).toBe(text);
    expect(flowText.store.getState().reading).toBeUndefined();
  }
});

test("applying the text merges changes that the flow received meanwhile, and stops at a conflict", () => {
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
  expect(flowText.apply()).toBe("conflict");
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

test("a change of the flow does not change pending JSON", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  flowText.change(textNow().replace('"B"', '"Second"'));
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  vi.runAllTimers();
  expect(textNow()).toContain("Second");
  expect(openFlow.getState().pendingJson?.since).not.toBe(openFlow.getState().history.document);
  flowText.discard();
  expect(textNow()).toContain("Weekly");
  expect(nameNow()).toBe("Weekly");
  expect(openFlow.getState().pendingJson).toBeUndefined();
});

test("typing while the text is parsed restarts parsing with the latest text", () => {
  const { openFlow, flowText, textNow, nameNow } = open();
  const readingNow = () => flowText.store.getState().reading;
  const before = textNow();
  flowText.change(before.replace("Digest", "Weekly"));
  // Ends the debounce, then runs the first part of parsing.
  vi.advanceTimersToNextTimer();
  vi.advanceTimersToNextTimer();
  expect(readingNow()).toBeUndefined();
  flowText.change(before.replace("Digest", "Monthly"));
  vi.runAllTimers();
  expect(readingNow()?.flow?.name).toBe("Monthly");

  // With pending JSON, the first timer persists the text, and the second starts parsing.
  flowText.change(before.replace("Digest", "Yearly"));
  vi.advanceTimersToNextTimer();
  vi.advanceTimersToNextTimer();
  openFlow.flush();
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

test("undoing a discard restores the pending JSON", () => {
  const { openFlow, flowText, textNow } = open();
  openFlow.edit({ type: "renameFlow", name: "Weekly" });
  const typed = textNow().replace("Weekly", "Half typed");
  flowText.change(typed);
  vi.runAllTimers();
  replaceFlowAndPendingInput(openFlow, openFlow.getState().history.base.document, {
    reason: "discard",
    texts: NO_PENDING_USER_INPUT,
  });
  expect(textNow()).toContain('"name": "Digest"');
  expect(flowText.store.getState().isTouched).toBe(false);
  openFlow.undo();
  expect(textNow()).toBe(typed);
  vi.runAllTimers();
  expect(flowText.apply()).toBeUndefined();
  expect(openFlow.getState().history.document.name).toBe("Half typed");
});
