import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { StepKey } from "#core/flow-document.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import type { TrialForm } from "./trial-form.ts";
import type { TrialRun } from "./trial-run.ts";

export interface TrialState {
  readonly isOpen: boolean;
  /** The last step that is to run; undefined for all of them. */
  readonly upTo: StepKey | undefined;
  /** Counts the times that a run was asked for from outside the panel, which answers each. */
  readonly wishes: number;
  /** The step whose outcome was asked for; without one the panel shows where the run is. */
  readonly viewed: StepKey | undefined;
  /** What it runs on; undefined until the panel was opened. */
  readonly form: TrialForm | undefined;
  readonly run: TrialRun | undefined;
  /** Ends the run under way. */
  readonly stop: (() => void) | undefined;
}

/** What an open editor knows of trying its draft. What it does stands in the panel's own code, which is loaded with it. */
export function createTrialStore() {
  return createStore<TrialState>(() => ({
    isOpen: false,
    upTo: undefined,
    wishes: 0,
    viewed: undefined,
    form: undefined,
    run: undefined,
    stop: undefined,
  }));
}

export type TrialStore = ReturnType<typeof createTrialStore>;

export function useTrial<T>(select: (state: TrialState) => T): T {
  return useStore(useEditor().trial, select);
}

/** By shortcut or menu: opens the panel, and runs where it is open already or a step was named to run up to. */
export function askForTrial({ getState, setState }: TrialStore, upTo?: StepKey): void {
  const { isOpen, wishes } = getState();
  const runs = isOpen || upTo !== undefined;
  setState({
    isOpen: true,
    ...(upTo !== undefined && { upTo }),
    ...(runs && { wishes: wishes + 1 }),
  });
}
