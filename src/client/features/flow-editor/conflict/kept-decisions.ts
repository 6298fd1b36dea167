import type { OpenFlow } from "#client/document/open-flow.ts";
import type { Decisions } from "./decisions.ts";

/** What was chosen in a dialog that was left: it may hold a text that somebody wrote. */
const kept = new WeakMap<OpenFlow, Decisions>();

const NONE: Decisions = new Map();

export function recallDecisions(openFlow: OpenFlow): Decisions {
  return kept.get(openFlow) ?? NONE;
}

export function keepDecisions(openFlow: OpenFlow, decisions: Decisions): void {
  kept.set(openFlow, decisions);
}
