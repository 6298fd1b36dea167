import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { cutName, quoteName } from "#core/quote-name.ts";
import { nameStep } from "./explain-read.ts";
import type { ResolvedRead } from "./resolve-reads.ts";

/** Readers, and variables of each, that are named before the rest is a number. */
const NAMED = 2;

/** “Summarise misses “page”, and Tag misses “page” and “title”.” Empty for none. */
export function describeLosses(document: FlowDocument, losses: readonly ResolvedRead[]): string {
  const missing = new Map<StepKey, Set<string>>();
  for (const { step, reference } of losses) {
    const known = missing.get(step);
    if (known) known.add(reference.name);
    else missing.set(step, new Set([reference.name]));
  }
  if (missing.size === 0) return "";
  const told = [...missing].slice(0, NAMED).map(([step, names]) => {
    const quoted = [...names].map(quoteName);
    return `${cutName(nameStep(document, step))} misses ${listAll(quoted, "more")}`;
  });
  const others = missing.size - NAMED;
  if (others > 0) told.push(`${others} more ${others === 1 ? "step misses" : "steps miss"} something`);
  const last = told.pop();
  return `${told.length > 0 ? `${told.join(", ")}, and ${last}` : last}.`;
}

function listAll(items: readonly string[], rest: string): string {
  const [first = "", second] = items;
  if (second === undefined) return first;
  return items.length > NAMED
    ? `${first}, ${second} and ${items.length - NAMED} ${rest}`
    : `${first} and ${second}`;
}
