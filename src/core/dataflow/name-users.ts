import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { readFlow } from "./read-flow.ts";
import { type NameSurvey, nameAsResult, surveyNames } from "./survey-names.ts";

/** Which names each step of a flow sets or reads, and who else does. */
export interface NameUsers {
  readonly survey: NameSurvey;
  readonly namesOf: ReadonlyMap<StepKey, ReadonlySet<string>>;
  readonly usersOf: ReadonlyMap<string, readonly StepKey[]>;
}

const flows = new WeakMap<StepTypes, WeakMap<FlowDocument, NameUsers>>();

/** Found once per document: a drag, or a search for what a move needs, asks many times. */
export function listNameUsers(document: FlowDocument, types: StepTypes): NameUsers {
  let known = flows.get(types);
  if (!known) flows.set(types, (known = new WeakMap()));
  let users = known.get(document);
  if (!users) known.set(document, (users = findNameUsers(document, types)));
  return users;
}

function findNameUsers(document: FlowDocument, types: StepTypes): NameUsers {
  const survey = surveyNames(document, types);
  const namesOf = new Map<StepKey, ReadonlySet<string>>();
  const usersOf = new Map<string, StepKey[]>();
  for (const { node, references } of readFlow(document, types)) {
    const names = new Set<string>();
    for (const { name } of references.sets) names.add(name);
    for (const { name } of references.reads) names.add(name);
    const own = nameAsResult(node, survey);
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
