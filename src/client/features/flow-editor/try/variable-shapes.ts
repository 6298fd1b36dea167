import type { QueryClient } from "@tanstack/react-query";
import { describeShape } from "#core/describe-shape.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json.ts";
import { findStep } from "#core/step-list.ts";
import { outputVariable } from "#core/step.ts";
import { runQueries } from "#client/data/run-queries.ts";
import type { CodeCompletion } from "#client/ui/code-completion.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";

const text = { type: "string" };
const shapeOf = (...names: readonly string[]): JsonObject => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, text])),
});

/** What the platform's own variables are made of, whatever runs. */
const PLATFORM: ReadonlyMap<string, JsonObject> = new Map([
  ["_flow", shapeOf("id", "name")],
  ["_execution", shapeOf("id", "timestamp")],
  ["_user", shapeOf("id")],
  ["_agent", shapeOf("id")],
]);

/** How variables looked when they were last seen: in a trial of this page, else in any run that the server kept. */
export function createVariableShapes({ openFlow, trial }: Editor, client: QueryClient) {
  return {
    /** The shape of a variable as this step sets it; undefined where it was never seen. */
    ofStep: (document: FlowDocument, key: StepKey | undefined, name: string): JsonObject | undefined => {
      const node = key === undefined ? undefined : findStep(document, key);
      if (!node || outputVariable(node) !== name) return undefined;
      const output = trial.getState().run?.steps.get(node.key)?.output;
      if (output !== undefined) return describeShape(output);
      const known = client.getQueryData(runQueries.lastStepRuns(openFlow.getState().flow.id).queryKey);
      return known?.data.find(({ stepId }) => stepId === node.fields["id"])?.shape;
    },

    ofPlatform: (name: string): JsonObject | undefined => {
      if (name !== "_record") return PLATFORM.get(name);
      const { form } = trial.getState();
      return (form?.source === "stored" && form.record?.shape) || withMetadata(form?.metadata);
    },
  };
}

/** A record that is made up, or none: its metadata as it is typed. */
function withMetadata(json: string | undefined): JsonObject {
  let metadata: JsonObject = { type: "object" };
  try {
    metadata = describeShape(JSON.parse(json ?? "{}"));
  } catch {
    // It is being typed.
  }
  return { type: "object", properties: { id: text, name: text, type: text, metadata } };
}

/** What can be written after the dot, each with its type. */
export function membersOf(shape: JsonObject | undefined): (() => readonly CodeCompletion[]) | undefined {
  if (shape?.["type"] === "array" && isJsonObject(shape["items"])) {
    const item = shape["items"];
    return () => [{ label: "0", detail: typeOf(item), members: membersOf(item) }];
  }
  const properties = shape?.["properties"];
  if (!isJsonObject(properties)) return undefined;
  return () =>
    Object.entries(properties).map(([label, member]) => {
      const inner = isJsonObject(member) ? member : undefined;
      return { label, detail: typeOf(inner), members: membersOf(inner) };
    });
}

/** “object: letters, list, nested”. */
export function describeSeen(shape: JsonObject): string {
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
