import type { QueryClient } from "@tanstack/react-query";
import type { FlowValidationResult, ValidationIssue } from "#contract/flow-validation.ts";
import { type FlowDocument, type StepNode, BRANCH_NAMES } from "#core/document/flow-document.ts";
import { type Problem, type ProblemSeverity, isServerDependentProblem } from "#core/dataflow/problem.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig, getStepType, isStepEnabled, getStepName } from "#core/document/step.ts";
import { type JsonObject, type JsonPath, getJsonAtPath } from "#core/json/json.ts";
import { createNewFlowBody } from "#core/save-body.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "#client/data/queries/api-features.ts";
import {
  type KnownServerCapabilities,
  offersFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";

/** Maximum number of scripts per validation, because each script is checked with a request of its own. */
const MAX_SCRIPTS = 10;

/** Languages of scripts that the analysis of this page cannot parse. */
const FOREIGN_LANGUAGES = ["typescript", "python"] as const;

/** Names in texts who validates flows: a connected API with its account, or this product’s own server. */
export type Validator = "API" | "server";

export const getValidator = (server: KnownServerCapabilities | undefined): Validator =>
  offersFeature(server, "accountValidation") ? "API" : "server";

/** Returns the findings that `known` lacks. Throws if the flow cannot be checked. */
export async function validateByApi(
  client: QueryClient,
  document: FlowDocument,
  { known = [], signal }: { readonly known?: readonly Problem[]; readonly signal?: AbortSignal } = {},
): Promise<readonly Problem[]> {
  const { name, flowSteps = [] } = createNewFlowBody(document);
  const body: JsonObject = { name, flowSteps: [...flowSteps] };
  const result = await callApiFeature(client, "flowValidation", () =>
    callEndpoint("validateFlow", { body, signal }),
  );
  const validator = getValidator(client.getQueryData(serverCapabilityQueries.current().queryKey));
  const findings = listNewFindings(result, document, { known, validator });
  return [...findings, ...(await checkForeignScripts(client, document, signal))];
}

/** Checks the scripts in languages that the page cannot parse. A failed check reports nothing. */
async function checkForeignScripts(
  client: QueryClient,
  document: FlowDocument,
  signal: AbortSignal | undefined,
): Promise<readonly Problem[]> {
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
      const { issues } = await callApiFeature(client, "codeValidation", () =>
        callEndpoint("checkScript", { body, signal }),
      );
      for (const { message, line, severity, code } of issues) {
        const text = line === undefined ? message : `${message} (line ${line})`;
        found.push(
          createApiFinding({ node, at: ["config", "script"], severity, code, text, validator: "API" }),
        );
      }
    }
  } catch {
    // Ignores the error: the validation of the flow itself succeeded, and its findings are shown.
  }
  return found;
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

const MAX_FINDINGS = 500;

/** This product's own server reports the problems of its analysis with the codes in `known`. */
export function listNewFindings(
  {
    errors,
    warnings,
    recommendations,
  }: Pick<FlowValidationResult, "errors" | "warnings" | "recommendations">,
  document: FlowDocument,
  { known, validator }: { readonly known: readonly Problem[]; readonly validator: Validator },
): readonly Problem[] {
  const reported = new Set(known.filter((problem) => !isServerDependentProblem(problem)).map(idOf));
  const lists = [
    ["error", errors],
    ["warning", warnings],
    ["info", recommendations],
  ] as const;
  return lists
    .flatMap(([severity, issues]) =>
      issues.map((issue) =>
        createApiFinding({
          ...findPlace(issue, document),
          severity,
          code: issue.code,
          text: issue.message,
          validator,
        }),
      ),
    )
    .filter((problem) => !reported.has(idOf({ ...problem, code: problem.name ?? "" })))
    .slice(0, MAX_FINDINGS);
}

const idOf = ({ code, step, at }: { readonly code: string } & Pick<Problem, "step" | "at">) =>
  JSON.stringify([code, step ?? "", at]);

interface ApiFinding {
  readonly node: StepNode | undefined;
  readonly at: JsonPath;
  readonly severity: ProblemSeverity;
  readonly code: string | undefined;
  readonly text: string;
  readonly validator: Validator;
}

function createApiFinding({ node, at, severity, code, text, validator }: ApiFinding): Problem {
  return {
    code: "api-finding",
    severity,
    step: node?.key,
    at,
    from: 0,
    to: 0,
    ...(code && { name: code }),
    message: node
      ? `${quoteName(getStepName(node))}: the ${validator} says: ${text}`
      : `The ${validator} says: ${text}`,
    messageAtStep: `The ${validator} says: ${text}`,
  };
}

interface Place {
  readonly node: StepNode | undefined;
  readonly at: JsonPath;
}

/** By path, or else by the name and type of `step`, preferably at its `index`. */
function findPlace({ path: text = "", step }: ValidationIssue, { steps }: FlowDocument): Place {
  const path = toPath(text);
  const [root, index, ...rest] = path;
  const first =
    typeof index === "number" && /^(?:flow)?steps$/i.test(String(root)) ? steps[index] : undefined;
  if (first) return findNested(first, rest);
  if (!step) return { node: undefined, at: [] };
  const isNamed = (node: StepNode | undefined) =>
    node !== undefined && getStepName(node) === step.name && getStepType(node) === step.type;
  const atIndex = steps[step.index];
  const named = steps.filter(isNamed);
  const node = isNamed(atIndex) ? atIndex : named.length === 1 ? named[0] : undefined;
  return { node, at: node && root === "config" ? path : [] };
}

/** Parses a path such as `a.0.b` or `a[0].b`. */
function toPath(text: string): JsonPath {
  const parts = text.slice(0, 1000).replaceAll("[", ".").replaceAll("]", "").split(".");
  return parts.filter((part) => part !== "").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function findNested(node: StepNode, at: JsonPath): Place {
  const [config, list, index, ...rest] = at;
  const branch = config === "config" ? BRANCH_NAMES.find((name) => name === list) : undefined;
  const nested = branch && typeof index === "number" ? node.branches?.[branch]?.[index] : undefined;
  return nested ? findNested(nested, rest) : { node, at: keepExistingPath(node, at) };
}

/** Shortens the path to the part that exists, plus one key, so that it leads to a field of the form. */
function keepExistingPath({ fields }: StepNode, at: JsonPath): JsonPath {
  const missing = at.findIndex((_, index) => getJsonAtPath(fields, at.slice(0, index + 1)) === undefined);
  return missing < 0 ? at : at.slice(0, Math.max(missing + 1, 1));
}
