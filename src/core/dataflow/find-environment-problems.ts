import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/document/quote-name.ts";
import {
  HTTP_REQUEST_STEP_TYPES,
  REQUIRED_STEP_TYPE_OF_CONDITION_SECRETS,
  type SecretUseInStepText,
  REQUIRED_STEP_TYPE_OF_VARIABLE_SECRETS,
  listSecretUses,
  getStepTypeRequiredForSecretUse,
} from "#core/references/list-secrets.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { getStepName, getStepType } from "#core/document/step.ts";
import { listEnabledSteps } from "./list-running.ts";
import type { Problem, ProblemCode } from "./problem.ts";
import { formatCountWithNoun } from "#core/document/format-count.ts";

export interface ServerRunEnvironment {
  readonly models: boolean;
  readonly mail: boolean;
  readonly stepTypes: readonly string[];
  /** Secrets and the step types that may use them; undefined if the caller has no permission to list secrets. */
  readonly secrets?:
    | readonly { readonly name: string; readonly stepTypes?: readonly string[] | undefined }[]
    | undefined;
}

/** State of a secret in the account of a connected API. */
export type ManagedSecretState = "found" | "missing" | "revoked";

/** The known part of an account that runs the flow. A secret without a state is unknown and not reported. */
export interface AccountRunEnvironment {
  readonly managedSecrets: ReadonlyMap<string, ManagedSecretState>;
}

export type RunEnvironment = ServerRunEnvironment | AccountRunEnvironment;

export function findRunEnvironmentProblems(
  document: FlowDocument,
  types: StepTypeLookup,
  environment: RunEnvironment,
): readonly Problem[] {
  return "managedSecrets" in environment
    ? findManagedSecretProblems(document, types, environment)
    : findServerRunEnvironmentProblems(document, types, environment);
}

function findManagedSecretProblems(
  document: FlowDocument,
  types: StepTypeLookup,
  { managedSecrets }: AccountRunEnvironment,
): readonly Problem[] {
  const running = listEnabledSteps(document);
  const inState = (state: ManagedSecretState) =>
    listUses(
      running,
      types,
      (key) => managedSecrets.get(key) === state,
      () => "",
    );
  const problems = [
    ...[...inState("missing")].map(({ nodes, use }) =>
      createProblem(
        "missing-secret",
        nodes,
        (names) =>
          `Secret ${quoteName(use.key)} does not exist in the connected account. Create it to run ${names}.`,
        use,
      ),
    ),
    ...[...inState("revoked")].map(({ nodes, use }) =>
      createProblem(
        "revoked-secret",
        nodes,
        (names) =>
          `Secret ${quoteName(use.key)} is revoked in the connected account. Renew it to run ${names}.`,
        use,
      ),
    ),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** Lists the names of the secrets in the enabled steps, each once, in order. */
export function listSecretNames(document: FlowDocument, types: StepTypeLookup): readonly string[] {
  const uses = listUses(
    listEnabledSteps(document),
    types,
    (key) => key !== "",
    () => "",
  );
  return [...uses].map(({ use }) => use.key);
}

/**
 * Finds server settings and step types that the flow needs and the server lacks. Reports each of them once, at the
 * first enabled step that needs it. Not part of {@link analyzeFlow}, because the result depends on the server.
 */
export function findServerRunEnvironmentProblems(
  document: FlowDocument,
  types: StepTypeLookup,
  { models, mail, stepTypes, secrets }: ServerRunEnvironment,
): readonly Problem[] {
  const running = listEnabledSteps(document);
  const known = new Set(stepTypes);
  const ofType = (type: string) => running.filter((node) => getStepType(node) === type);
  const problems: Problem[] = [];
  const add = (...found: Parameters<typeof createProblem>) => {
    const problem = createProblem(...found);
    if (problem) problems.push(problem);
  };

  if (!models && known.has("prompt")) {
    add(
      "no-model-server",
      ofType("prompt"),
      (names) => `No model server is configured. Set FLOWLINE_MODEL_BASE_URL to run ${names}.`,
    );
  }
  if (!mail && known.has("send-email")) {
    add(
      "no-mail-server",
      ofType("send-email"),
      (names) => `No mail server is configured. Set FLOWLINE_SMTP_URL to run ${names}.`,
    );
  }
  const settings = new Map(secrets?.map((secret) => [secret.name, secret]));
  for (const { nodes, use } of secrets ? listUses(running, types, (key) => !settings.has(key)) : []) {
    const key = quoteName(use.key);
    add(
      "missing-secret",
      nodes,
      (names) => `Secret ${key} is not set. Set ${settingOf(use.key)} to run ${names}.`,
      use,
    );
  }
  const isRefused = (key: string, type: string) => settings.get(key)?.stepTypes?.includes(type) === false;
  for (const { nodes, use, type } of secrets ? listUses(running, types, isRefused) : []) {
    add(
      "refused-secret",
      nodes,
      (names) =>
        `Secret ${quoteName(use.key)} may not be used in ${SECRET_USE_LABELS[type] ?? `${type} steps`}. Add ${HTTP_REQUEST_STEP_TYPES.includes(type) ? "the host of the request" : type} to FLOWLINE_SECRET_${use.key}_ALLOW to run ${names}.`,
      use,
    );
  }
  for (const type of new Set(running.map(getStepType))) {
    if (known.has(type)) continue;
    add(
      "unavailable-type",
      ofType(type),
      (names) => `This server can’t run ${names}: ${quoteName(type)} steps are not available.`,
    );
  }
  return problems;
}

/** Creates a problem at the first of the steps; undefined if there are no steps. */
function createProblem(
  code: ProblemCode,
  nodes: readonly StepNode[],
  messageFor: (names: string) => string,
  use?: SecretUseInStepText,
): Problem | undefined {
  const [first] = nodes;
  if (!first) return undefined;
  const { at, from, to } = use ?? { at: [], from: 0, to: 0 };
  const message = messageFor(nameSteps(nodes));
  const messageAtStep = messageFor(nameSteps(nodes, "this step"));
  const place = { step: first.key, at, from, to };
  return { code, severity: "warning", ...place, ...(use && { name: use.key }), message, messageAtStep };
}

const SECRET_USE_LABELS: Readonly<Record<string, string>> = {
  [REQUIRED_STEP_TYPE_OF_CONDITION_SECRETS]: "conditions",
  [REQUIRED_STEP_TYPE_OF_VARIABLE_SECRETS]: "values of variables",
};

interface Uses {
  readonly nodes: StepNode[];
  readonly use: SecretUseInStepText;
  readonly type: string;
}

function listUses(
  nodes: readonly StepNode[],
  types: StepTypeLookup,
  isIncluded: (key: string, type: string) => boolean,
  groupOf: (type: string) => string = (type) => type,
): Iterable<Uses> {
  const uses = new Map<string, Uses>();
  for (const node of nodes) {
    for (const use of listSecretUses(node, types)) {
      const type = getStepTypeRequiredForSecretUse(getStepType(node), use.at);
      if (!isIncluded(use.key, type)) continue;
      const id = JSON.stringify([use.key, groupOf(type)]);
      const known = uses.get(id);
      if (!known) uses.set(id, { nodes: [node], use, type });
      else if (known.nodes.at(-1) !== node) known.nodes.push(node);
    }
  }
  return uses.values();
}

function settingOf(key: string): string {
  return /^\w{1,60}$/.test(key) ? `FLOWLINE_SECRET_${key}` : "a secret with a name of letters, digits and _";
}

function nameSteps([first, ...others]: readonly StepNode[], firstName?: string): string {
  const name = firstName ?? (first ? quoteName(getStepName(first)) : "");
  if (others.length === 0) return name;
  return `${name} and ${formatCountWithNoun(others.length, "more step")}`;
}
