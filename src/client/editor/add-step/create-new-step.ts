import { findStepType } from "#contract/find-step-type.ts";
import { type FlowDocument, type StepNode, createStepNodeFromJson } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { type JsonObject, getJsonAtPath } from "#core/json/json.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";

export interface NewStepTypeNameAndConfig {
  readonly type: string;
  readonly name: string | undefined;
  readonly config: JsonObject;
}

export function createNewStep(
  { type, name, config }: NewStepTypeNameAndConfig,
  document: FlowDocument,
): StepNode {
  return createStepNodeFromJson({
    id: createSortableId("step"),
    type,
    name: name ?? findStepType(type)?.label ?? type,
    enabled: true,
    config: makeOutputVariableUnique(config, document),
  });
}

/** Numbers the suggested output variable if another step uses it (`response` → `response_2`). */
function makeOutputVariableUnique(config: JsonObject, document: FlowDocument): JsonObject {
  const { outputVariable: suggested } = config;
  if (typeof suggested !== "string" || suggested === "") return config;
  const taken = new Set(
    [...getLocationsOfAllSteps(document).values()].map(({ node }) =>
      getJsonAtPath(node.fields, ["config", "outputVariable"]),
    ),
  );
  let outputVariable = suggested;
  for (let number = 2; taken.has(outputVariable); number += 1) outputVariable = `${suggested}_${number}`;
  return { ...config, outputVariable };
}
