import { stepTypeLookup } from "#contract/step-descriptions/describe-step-type.ts";
import { type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { type StepTextNames, clipNames } from "./index-entry.ts";

/** Characters of steps whose names are kept, so that a save of a long flow parses only the steps that changed. */
const KEPT_CHARACTERS = 8_000_000;

const kept = new Map<string, StepTextNames>();
let keptCharacters = 0;

/** Lists the names in the texts of each step in document order. Loads the parsers, and can take seconds. */
export function findNamesInStepTexts(flowSteps: readonly JsonObject[]): readonly StepTextNames[] {
  const document = parseFlowDocument({ name: "", flowSteps });
  return [...getLocationsOfAllSteps(document).values()].map(({ node }) => {
    // A step with branches contains its nested steps, whose names are its own nowhere.
    if (node.branches) return readTextNames(node);
    const text = JSON.stringify(node.fields);
    const known = kept.get(text);
    if (known) return known;
    const names = readTextNames(node);
    keptCharacters += text.length;
    if (keptCharacters > KEPT_CHARACTERS) {
      kept.clear();
      keptCharacters = text.length;
    }
    kept.set(text, names);
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
