import { createStore } from "zustand/vanilla";
import type { FlowDocument } from "#core/flow-document.ts";
import type { MoveVerdict } from "./judge-move.ts";

/**
 * After an edit, in milliseconds: when it is looked what it broke and how that is mended. Less than a person waits for an
 * answer, more than lies between quick keys.
 */
export const REST_MS = 100;

/** A way out of what an edit broke. */
export interface WayOut {
  readonly label: string;
  readonly run: () => void;
}

/** What the last edit did to the references of the flow. It is over when the flow is another one: mended, undone, edited. */
export interface Breakage {
  readonly document: FlowDocument;
  readonly verdict: MoveVerdict;
  readonly waysOut: readonly WayOut[];
}

export const createBreakage = () =>
  createStore<{ readonly now: Breakage | undefined }>(() => ({ now: undefined }));

export type BreakageStore = ReturnType<typeof createBreakage>;
