import { createStore } from "zustand/vanilla";
import type { StepKey } from "#core/document/flow-document.ts";
import type { TestRunFormValues } from "#client/editor/test-run/test-run-form.ts";
import type { TestRun } from "#client/editor/test-run/test-run.ts";
import type { SidePanelStore } from "./side-panels.ts";

export interface TestRunState {
  readonly upTo: StepKey | undefined;
  /** Runs requested from outside the panel, which starts one and resets the number to 0. */
  readonly needed: number;
  /** Opened by the user in the list of results; if undefined, the list chooses, such as the running step. */
  readonly viewed: StepKey | undefined;
  readonly form: TestRunFormValues | undefined;
  readonly run: TestRun | undefined;
  readonly stop: (() => void) | undefined;
}

export function createTestRunStore() {
  return createStore<TestRunState>(() => ({
    upTo: undefined,
    needed: 0,
    viewed: undefined,
    form: undefined,
    run: undefined,
    stop: undefined,
  }));
}

export type TestRunStore = ReturnType<typeof createTestRunStore>;

export function stopAndClearTestRun({ getState, setState }: TestRunStore): void {
  getState().stop?.();
  setState({ run: undefined, viewed: undefined });
}

type TestRunPanelAccess = { readonly testRun: TestRunStore; readonly panels: SidePanelStore };

/** Shows the panel; also starts a run if the panel was open already or `upTo` names a step. */
export function openPanelOrStartTestRun({ testRun, panels }: TestRunPanelAccess, upTo?: StepKey): void {
  const startsRun = panels.getState().open.includes("testRun") || upTo !== undefined;
  testRun.setState(({ needed }) => ({
    ...(upTo !== undefined && { upTo }),
    ...(startsRun && { needed: needed + 1 }),
  }));
  panels.show("testRun");
}
