import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { readFlowReferences } from "./read-flow.ts";
import {
  type VariableProducers,
  getVariableNameOfStepResult,
  findVariableProducers,
} from "./find-variable-producers.ts";

export interface VariableUsageIndex {
  readonly survey: VariableProducers;
  readonly namesOf: ReadonlyMap<StepKey, ReadonlySet<string>>;
  readonly usersOf: ReadonlyMap<string, readonly StepKey[]>;
}

const flows = new WeakMap<StepTypeLookup, WeakMap<FlowDocument, VariableUsageIndex>>();

export function indexVariableUsagesOfSteps(
  document: FlowDocument,
  types: StepTypeLookup,
): VariableUsageIndex {
  let known = flows.get(types);
  if (!known) flows.set(types, (known = new WeakMap()));
  let users = known.get(document);
  if (!users) known.set(document, (users = findNameUsers(document, types)));
  return users;
}

function findNameUsers(document: FlowDocument, types: StepTypeLookup): VariableUsageIndex {
  const survey = findVariableProducers(document, types);
  const namesOf = new Map<StepKey, ReadonlySet<string>>();
  const usersOf = new Map<string, StepKey[]>();
  for (const { node, references } of readFlowReferences(document, types)) {
    const names = new Set<string>();
    for (const { name } of references.sets) names.add(name);
    for (const { name } of references.reads) names.add(name);
    const own = getVariableNameOfStepResult(node, survey);
    if (own !== undefined) names.add(own);
    namesOf.set(node.key, names);
    for (const name of names) {
      const users = usersOf.get(name);
      if (users) users.push(node.key);
      else usersOf.set(name, [node.key]);
    }
  }
  return { survey, namesOf, usersOf };
}
