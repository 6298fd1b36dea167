import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import { type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { type StepTextNames, clipNames } from "./index-entry.ts";

/** Maximum characters of the steps in `cache`, which lets a save parse only the changed steps of a flow. */
const MAX_CACHED_CHARACTERS = 8_000_000;

const cache = new Map<string, StepTextNames>();
let cachedCharacters = 0;

/** Lists the names in the texts of each step in document order. Loads the parsers, and can take seconds. */
export function findNamesInStepTexts(flowSteps: readonly JsonObject[]): readonly StepTextNames[] {
  const document = parseFlowDocument({ name: "", flowSteps });
  return [...getLocationsOfAllSteps(document).values()].map(({ node }) => {
    // Does not cache a step with branches: its text contains the nested steps, and changes with each of them.
    if (node.branches) return readTextNames(node);
    const text = JSON.stringify(node.fields);
    const known = cache.get(text);
    if (known) return known;
    const names = readTextNames(node);
    cachedCharacters += text.length;
    if (cachedCharacters > MAX_CACHED_CHARACTERS) {
      cache.clear();
      cachedCharacters = text.length;
    }
    cache.set(text, names);
    return names;
  });
}

function readTextNames(node: StepNode): StepTextNames {
  const { reads, sets } = readStepReferences(node, stepTypeLookup);
  return {
    reads: clipNames(reads.map(({ name }) => name)),
    sets: clipNames(sets.map(({ name }) => name)),
    secrets: clipNames(listSecretUses(node, stepTypeLookup).map(({ key }) => key)),
  };
}
