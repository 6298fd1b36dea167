import type { FlowFileFlow } from "./parse-flow-file.ts";

/** A flow of a file, with the data that the preview shows. Sent from the worker to the page. */
export interface PreviewedFlow {
  readonly name: string;
  readonly tags: readonly string[];
  /** As text: parsed values can take fifty times the memory, and an import can have thousands of flows. */
  readonly text: string;
  /** Keys of the flow in the file that an import leaves out. */
  readonly omittedFields: readonly string[];
  /** The first top-level steps; see `MAX_PREVIEWED_STEPS`. */
  readonly line: readonly { readonly type: string; readonly enabled: boolean }[];
  readonly topLevelStepCount: number;
  /** Counts of all steps, nested steps included. */
  readonly stepCount: number;
  readonly disabledStepCount: number;
  readonly errorCount: number;
  readonly warningCount: number;
  /** Messages of the first problems, errors first. */
  readonly problems: readonly string[];
}

export function parsePreviewedFlow({ text }: Pick<PreviewedFlow, "text">): FlowFileFlow {
  return JSON.parse(text) as FlowFileFlow;
}
