import type { QueryClient } from "@tanstack/react-query";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig, getStepType, isStepEnabled } from "#core/document/step.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { createNewFlowBody } from "#core/save-body.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "#client/data/queries/api-features.ts";
import { hasApiFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { createApiFinding, readFlowValidation } from "./read-validation.ts";

/** Scripts of one validation that are checked with a request each. */
const MAX_SCRIPTS = 10;

/** Languages of scripts that the analysis of this page cannot parse. */
const FOREIGN_LANGUAGES = ["typescript", "python"] as const;

/**
 * Lets the API, or this product's server, check the flow as it would be saved. Returns the findings that `known` lacks.
 * Throws `ApiError` or `NetworkError` if the flow cannot be checked.
 */
export async function validateByApi(
  client: QueryClient,
  document: FlowDocument,
  { known = [], signal }: { readonly known?: readonly Problem[]; readonly signal?: AbortSignal } = {},
): Promise<readonly Problem[]> {
  const { name, flowSteps = [] } = createNewFlowBody(document);
  const body: JsonObject = { name, flowSteps: [...flowSteps] };
  const json = await callApiFeature(client, "flowValidation", () =>
    callEndpoint("validateFlow", { body, signal }).catch((error: unknown) => {
      // A result in a newer form may still have lists of findings.
      if (error instanceof ApiError && error.status === 200 && error.body !== undefined) return error.body;
      throw error;
    }),
  );
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  const source = server?.mode === "cloud" ? "API" : "server";
  const findings = readFlowValidation(json, document, { known, source });
  if (!findings) throw new ApiError(200, "Unexpected response from the server.");
  return [...findings, ...(await checkForeignScripts(client, document, signal))];
}

/** Checks the scripts in languages that the page cannot parse. A failed check reports nothing. */
async function checkForeignScripts(
  client: QueryClient,
  document: FlowDocument,
  signal: AbortSignal | undefined,
): Promise<readonly Problem[]> {
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  if (!hasApiFeature(server, "codeValidation")) return [];
  const scripts = [...getLocationsOfAllSteps(document).values()].flatMap(({ node }) => {
    const { script, language } = getStepConfig(node);
    const foreign = FOREIGN_LANGUAGES.find((name) => name === language);
    const isChecked = foreign !== undefined && getStepType(node) === "transform-data" && isStepEnabled(node);
    return isChecked && typeof script === "string" && script.trim() !== ""
      ? [{ node, code: script, language: foreign }]
      : [];
  });
  const found: Problem[] = [];
  try {
    for (const { node, ...body } of scripts.slice(0, MAX_SCRIPTS)) {
      const json: unknown = await callApiFeature(client, "codeValidation", () =>
        callEndpoint("validateTransformCode", { body, signal }),
      );
      found.push(...readScriptIssues(json, node));
    }
  } catch {
    // The validation of the flow itself has succeeded, and its findings are shown.
  }
  return found;
}

function readScriptIssues(json: unknown, node: StepNode): readonly Problem[] {
  const body = json as JsonValue | undefined;
  const issues = isJsonObject(body) ? body["issues"] : undefined;
  if (!Array.isArray(issues)) return [];
  return issues.slice(0, 20).flatMap((issue: JsonValue) => {
    if (!isJsonObject(issue) || typeof issue["message"] !== "string") return [];
    const line = typeof issue["line"] === "number" ? ` (line ${issue["line"]})` : "";
    const severity = issue["severity"] === "warning" ? "warning" : "error";
    const text = `${issue["message"]}${line}`;
    return [
      createApiFinding({
        node,
        at: ["config", "script"],
        severity,
        code: issue["code"],
        text,
        source: "API",
      }),
    ];
  });
}

/** Returns a function that lists the findings whose steps have not changed since the validation. */
export function createCurrentFindingLister(
  checked: FlowDocument,
  findings: readonly Problem[],
): (document: FlowDocument) => readonly Problem[] {
  return (document) =>
    document === checked
      ? findings
      : findings.filter(({ step }) => {
          const before = step === undefined ? undefined : findStep(checked, step);
          return (
            step !== undefined && before !== undefined && findStep(document, step)?.fields === before.fields
          );
        });
}
