import type { QueryClient } from "@tanstack/react-query";
import { describeJsonStructure } from "#core/document/describe-json-structure.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { findStep } from "#core/document/step-list.ts";
import { getOutputVariable } from "#core/document/step.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import type { VariableCompletion } from "#client/ui/code/variable-completion.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";

const textShape = { type: "string" };
const shapeOf = (...names: readonly string[]): JsonObject => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, textShape])),
});

const PLATFORM_SHAPES: ReadonlyMap<string, JsonObject> = new Map([
  ["_flow", shapeOf("id", "name")],
  ["_execution", shapeOf("id", "timestamp")],
  ["_user", shapeOf("id")],
  ["_agent", shapeOf("id")],
]);

/** Field names and types from the test run on this page, else from a stored run. */
export function createVariableJsonShapeLookup({ openFlow, testRun }: Editor, client: QueryClient) {
  return {
    ofStep: (document: FlowDocument, key: StepKey | undefined, name: string): JsonObject | undefined => {
      const node = key === undefined ? undefined : findStep(document, key);
      if (!node || getOutputVariable(node) !== name) return undefined;
      const output = testRun.getState().run?.steps.get(node.key)?.output;
      if (output !== undefined) return describeJsonStructure(output);
      const known = client.getQueryData(flowRunQueries.lastStepRuns(openFlow.getState().flow.id).queryKey);
      return known?.data.find(({ stepId }) => stepId === getStepRunId(document, node))?.shape;
    },

    ofPlatform: (name: string): JsonObject | undefined => {
      if (name !== "_record") return PLATFORM_SHAPES.get(name);
      const { form } = testRun.getState();
      return (form?.source === "stored" && form.record?.shape) || customRecordShape(form?.recordJson);
    },
  };
}

/** If `json` is empty or invalid, only the fields that every record has. */
function customRecordShape(json: string | undefined): JsonObject {
  const known = { id: textShape, name: textShape, type: textShape, metadata: { type: "object" } };
  try {
    const { properties } = describeJsonStructure(JSON.parse(json || "{}"));
    return { type: "object", properties: isJsonObject(properties) ? { ...known, ...properties } : known };
  } catch {
    return { type: "object", properties: known };
  }
}

export function createMemberCompletions(
  shape: JsonObject | undefined,
): (() => readonly VariableCompletion[]) | undefined {
  if (shape?.["type"] === "array" && isJsonObject(shape["items"])) {
    const item = shape["items"];
    return () => [{ label: "0", detail: typeOf(item), members: createMemberCompletions(item) }];
  }
  const properties = shape?.["properties"];
  if (!isJsonObject(properties)) return undefined;
  return () =>
    Object.entries(properties).map(([label, member]) => {
      const inner = isJsonObject(member) ? member : undefined;
      return { label, detail: typeOf(inner), members: createMemberCompletions(inner) };
    });
}

/** Formats a shape, such as “object: letters, list, nested”. */
export function formatVariableJsonShape(shape: JsonObject): string {
  const properties = shape["properties"];
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  const shown = names.slice(0, 8).join(", ");
  return `${typeOf(shape)}${shown && `: ${shown}`}${names.length > 8 ? ", …" : ""}`;
}

function typeOf(shape: JsonObject | undefined): string {
  const type = shape?.["type"];
  if (type === "string") return "text";
  if (type === "array") return "list";
  return typeof type === "string" ? type : "unknown";
}
