import { adoptStep } from "./adopt-flow.ts";
import {
  BRANCHES,
  type FlowDocument,
  MAX_LEVEL,
  type StepKey,
  type StepNode,
  toWireStep,
} from "./flow-document.ts";
import {
  type JsonObject,
  type JsonPath,
  type JsonValue,
  equalJson,
  getAtPath,
  isJsonObject,
  setAtPath,
  withKey,
  withoutKey,
} from "./json.ts";
import { moveSteps } from "./move-steps.ts";
import { isEnabled } from "./step.ts";
import {
  type Place,
  findList,
  heightOf,
  isSameList,
  keysWithin,
  locateSteps,
  mapLists,
  mapSteps,
  stepsAround,
} from "./step-list.ts";
import { type TextEdit, applyTextEdits } from "./text-edit.ts";

/**
 * Every edit there is, as plain data. Mouse, touch, keyboard, menu and paste all end in these; a new kind of edit is a
 * new member here.
 */
export type Command =
  | { readonly type: "moveSteps"; readonly keys: readonly StepKey[]; readonly place: Place }
  | {
      readonly type: "insertSteps";
      readonly steps: readonly StepNode[];
      readonly place: Place;
      /** What the person did, for the names of undo entries: nothing else hangs on it. */
      readonly verb?: "add" | "duplicate" | "paste";
    }
  | {
      readonly type: "removeSteps";
      readonly keys: readonly StepKey[];
      readonly verb?: "delete" | "cut";
    }
  | { readonly type: "setEnabled"; readonly keys: readonly StepKey[]; readonly enabled: boolean }
  | { readonly type: "renameStep"; readonly key: StepKey; readonly name: string }
  | { readonly type: "setWhen"; readonly key: StepKey; readonly when: string }
  | {
      readonly type: "setConfig";
      readonly key: StepKey;
      readonly path: JsonPath;
      readonly value: JsonValue | undefined;
    }
  /** The edits are planned with parsers beforehand, so that none is on the path of an edit or of a replayed journal. */
  | {
      readonly type: "renameVariable";
      readonly from: string;
      readonly to: string;
      readonly edits: readonly TextEdit[];
    }
  | { readonly type: "replaceText"; readonly edits: readonly TextEdit[] }
  | { readonly type: "renameFlow"; readonly name: string }
  | { readonly type: "setDescription"; readonly description: string | null }
  | { readonly type: "replaceDocument"; readonly document: FlowDocument; readonly reason: string }
  /** Several edits that a person makes as one: `label` says it, as a verb and what it is done to. */
  | { readonly type: "sequence"; readonly commands: readonly Command[]; readonly label: string };

/** The document after the edit; the same document when the edit changes nothing or names what is not there. */
export function applyCommand(document: FlowDocument, command: Command): FlowDocument {
  switch (command.type) {
    case "moveSteps":
      return moveSteps(document, command.keys, command.place);
    case "insertSteps":
      return insertSteps(document, command.steps, command.place);
    case "removeSteps":
      return removeSteps(document, command.keys);
    case "setEnabled":
      return setEnabled(document, command.keys, command.enabled);
    case "renameStep":
      return setField(document, command.key, "name", command.name);
    case "setWhen":
      return setField(document, command.key, "when", command.when === "" ? undefined : command.when);
    case "setConfig":
      return setConfig(document, command.key, command.path, command.value);
    case "renameVariable":
    case "replaceText":
      return applyTextEdits(document, command.edits);
    case "renameFlow":
      return command.name === document.name ? document : { ...document, name: command.name };
    case "setDescription":
      return (command.description ?? "") === (document.description ?? "")
        ? document
        : { ...document, description: command.description };
    case "replaceDocument":
      return command.document;
    case "sequence":
      return command.commands.reduce(applyCommand, document);
  }
}

/**
 * Refused (same document) where the place is missing or too deep for the steps, and where a key is in use already or
 * comes twice, since keys name one step each.
 */
function insertSteps(document: FlowDocument, steps: readonly StepNode[], place: Place): FlowDocument {
  const list = findList(document, place.list);
  if (!list || steps.length === 0 || place.index < 0 || place.index > list.length) return document;
  const level = stepsAround(document, place.list).length;
  if (steps.some((node) => level + heightOf(node) > MAX_LEVEL)) return document;
  const known = locateSteps(document);
  const keys = steps.flatMap(keysWithin);
  if (new Set(keys).size < keys.length || keys.some((key) => known.has(key))) return document;
  return mapLists(document, (current, ref) =>
    isSameList(ref, place.list) ? current.toSpliced(place.index, 0, ...steps) : current,
  );
}

function removeSteps(document: FlowDocument, keys: readonly StepKey[]): FlowDocument {
  const gone = new Set(keys);
  return mapLists(document, (steps) =>
    steps.some((node) => gone.has(node.key)) ? steps.filter((node) => !gone.has(node.key)) : steps,
  );
}

function setEnabled(document: FlowDocument, keys: readonly StepKey[], enabled: boolean): FlowDocument {
  const wanted = new Set(keys);
  return mapLists(document, (steps) => {
    const isStale = (node: StepNode) => wanted.has(node.key) && isEnabled(node) !== enabled;
    if (!steps.some(isStale)) return steps;
    return steps.map((node) =>
      isStale(node) ? { ...node, fields: withKey(node.fields, "enabled", enabled) } : node,
    );
  });
}

function setField(
  document: FlowDocument,
  key: StepKey,
  field: string,
  value: string | undefined,
): FlowDocument {
  return mapSteps(document, [key], (node) => {
    if (node.fields[field] === value) return node;
    const fields = value === undefined ? withoutKey(node.fields, field) : withKey(node.fields, field, value);
    return { ...node, fields };
  });
}

/**
 * A conditional's lists live in its config, so a change that may reach them is read anew: steps that are still there keep
 * their keys. Any other change leaves what is inside the step as it is.
 */
function setConfig(
  document: FlowDocument,
  key: StepKey,
  path: JsonPath,
  value: JsonValue | undefined,
): FlowDocument {
  return mapSteps(document, [key], (node) => {
    const isBeside = !node.branches || isBesideLists(node, path);
    const before = isBeside ? node.fields : toWireStep(node);
    if (equalJson(getAtPath(before["config"], path), value)) return node;
    const fields = setAtPath(before, ["config", ...path], value) as JsonObject;
    return isBeside ? { ...node, fields } : adoptStep(document, node, fields);
  });
}

/** A config that is no object would become one, which opens the lists; a number for a key would make it an array. */
function isBesideLists({ fields }: StepNode, [first]: JsonPath): boolean {
  const { config } = fields;
  const isLikeObject = config === undefined || isJsonObject(config);
  return isLikeObject && typeof first === "string" && !BRANCHES.some((branch) => branch === first);
}
