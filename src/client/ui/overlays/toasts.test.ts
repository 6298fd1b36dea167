import { afterEach, expect, it } from "vitest";
import { toastStore, toasts } from "./toasts.ts";

afterEach(() => {
  for (const { id } of toastStore.getState()) toasts.dismiss(id);
});

it("only the newest three toasts are shown", () => {
  for (const text of ["one", "two", "three", "four"]) toasts.show({ text });
  expect(toastStore.getState().map(({ text }) => text)).toEqual(["two", "three", "four"]);
});

it("a repeated text is shown once, unless its toast has an action", () => {
  const action = { label: "Undo", run: () => undefined };
  for (const text of ["Not saved", "Published", "Not saved"]) toasts.show({ text });
  expect(toastStore.getState().map(({ text }) => text)).toEqual(["Published", "Not saved"]);
  for (let time = 0; time < 2; time += 1) toasts.show({ text: "Deleted", action });
  expect(toastStore.getState().map(({ text }) => text)).toEqual(["Not saved", "Deleted", "Deleted"]);
});

it("a toast with an action is shown for longer", () => {
  toasts.show({ text: "Saved" });
  toasts.show({ text: "Deleted", action: { label: "Undo", run: () => undefined } });
  const [plain, undoable] = toastStore.getState();
  expect(undoable?.durationMs).toBeGreaterThan(plain?.durationMs ?? Infinity);
});

it("dismissing a toast by its id keeps the others", () => {
  const first = toasts.show({ text: "first" });
  toasts.show({ text: "second" });
  toasts.dismiss(first);
  expect(toastStore.getState().map(({ text }) => text)).toEqual(["second"]);
});

it("opening a dialog dismisses confirmations, but not errors and toasts with an action", () => {
  toasts.show({ text: "Created", tone: "success" });
  toasts.show({ text: "Not saved", tone: "danger" });
  toasts.show({ text: "Deleted", action: { label: "Undo", run: () => undefined } });
  toasts.dismissConfirmations();
  expect(toastStore.getState().map(({ text }) => text)).toEqual(["Not saved", "Deleted"]);
});
