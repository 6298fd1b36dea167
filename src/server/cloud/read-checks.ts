import type { ScriptCheck, SecretStates } from "#contract/account.ts";
import type { FlowValidationResult, ValidationIssue } from "#contract/flow-validation.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

// Reads the checks of the connected API, whose entries are only partly documented. Leaves out what cannot be read.

const MAX_ISSUES = 500;
const MAX_MESSAGE = 500;

/** Reads the lists of `POST /v1/secrets/check`, without names that were not asked for. Undefined if there is no list. */
export function readSecretStates(json: JsonValue, keys: readonly string[]): SecretStates | undefined {
  if (!isJsonObject(json)) return undefined;
  const { found, missing, revoked } = json;
  if (![found, missing, revoked].some(Array.isArray)) return undefined;
  const read = (list: JsonValue | undefined) =>
    toList(list).filter((name) => typeof name === "string" && keys.includes(name)) as string[];
  return { found: read(found), missing: read(missing), revoked: read(revoked) };
}

/** Reads the issues of `POST /v1/validate/transform-code`. */
export function readScriptCheck(json: JsonValue): ScriptCheck | undefined {
  if (!isJsonObject(json) || !Array.isArray(json["issues"])) return undefined;
  const issues = readIssues(json["issues"], ({ line, severity }) => ({
    severity: severity === "warning" ? ("warning" as const) : ("error" as const),
    ...(typeof line === "number" && { line }),
  }));
  return { issues };
}

/** Reads the findings of `POST /v1/public/flows/validate`. Undefined for JSON without any list of findings. */
export function readFlowValidation(json: JsonValue): FlowValidationResult | undefined {
  if (!isJsonObject(json)) return undefined;
  const { errors, warnings, recommendations, context } = json;
  if (![errors, warnings, recommendations].some(Array.isArray)) return undefined;
  const read = (list: JsonValue | undefined): ValidationIssue[] => readIssues(list, readPlace);
  const known = isJsonObject(context) ? context : {};
  const found = read(errors);
  return {
    valid: found.length === 0,
    errors: found,
    warnings: read(warnings),
    recommendations: read(recommendations),
    context: {
      authenticated: known["authenticated"] === true,
      accountChecksPerformed: known["accountChecksPerformed"] === true,
      accountChecksSkipped: known["accountChecksSkipped"] === true,
    },
  };
}

const toList = (list: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(list) ? list : []);

/** Reads message and code of each issue, and what else `readRest` finds in it. */
function readIssues<T>(list: JsonValue | undefined, readRest: (issue: JsonObject) => T) {
  return toList(list)
    .slice(0, MAX_ISSUES)
    .flatMap((issue) => {
      const message = isJsonObject(issue) ? issue["message"] : undefined;
      if (!isJsonObject(issue) || typeof message !== "string" || message.trim() === "") return [];
      const code = typeof issue["code"] === "string" ? issue["code"] : "";
      return [{ code, message: message.trim().slice(0, MAX_MESSAGE), ...readRest(issue) }];
    });
}

function readPlace({ path, step }: JsonObject): Pick<ValidationIssue, "path" | "step"> {
  return {
    ...(typeof path === "string" && { path }),
    ...(isJsonObject(step) && { step: readStep(step) }),
  };
}

function readStep({ index, name, type }: JsonObject): NonNullable<ValidationIssue["step"]> {
  return {
    // No step has the index -1: it is then found by its name and type.
    index: typeof index === "number" && Number.isInteger(index) ? index : -1,
    name: typeof name === "string" ? name : "",
    type: typeof type === "string" ? type : "",
  };
}
