import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  CONDITION_SECRET_STEP_TYPE,
  type SecretUseInStepText,
  VARIABLE_SECRET_STEP_TYPE,
  listSecretUses,
  getStepTypeForSecretUse,
} from "#core/references/list-secrets.ts";
import { type ResourceUseInStep, listModelUses, listToolUses } from "#core/references/resource-uses.ts";
import type { StepTypeLookup, StepTypeNeed } from "#core/references/reference.ts";
import { getStepConfig, getStepName, getStepType } from "#core/document/step.ts";
import { isJsonObject } from "#core/json/json.ts";
import { listEnabledSteps } from "./list-enabled-steps.ts";
import type { Problem, ProblemCode } from "./problem.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

/** Names that steps may use. Undefined if the server has no complete list, so that a name may exist nevertheless. */
export interface KnownResources {
  readonly knownModels?: ReadonlySet<string> | undefined;
  readonly knownTools?: ReadonlySet<string> | undefined;
}

export interface ServerRunEnvironment extends KnownResources {
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
export interface AccountRunEnvironment extends KnownResources {
  readonly managedSecrets: ReadonlyMap<string, ManagedSecretState>;
}

export type RunEnvironment = ServerRunEnvironment | AccountRunEnvironment;

export function findRunEnvironmentProblems(
  document: FlowDocument,
  types: StepTypeLookup,
  environment: RunEnvironment,
): readonly Problem[] {
  return "managedSecrets" in environment
    ? findAccountProblems(document, types, environment)
    : findServerProblems(document, types, environment);
}

function findAccountProblems(
  document: FlowDocument,
  types: StepTypeLookup,
  { managedSecrets, knownModels, knownTools }: AccountRunEnvironment,
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
        (toRun) => `Secret ${quoteName(use.key)} does not exist in the connected account. Create it${toRun}.`,
        toPlace(use),
      ),
    ),
    ...[...inState("revoked")].map(({ nodes, use }) =>
      createProblem(
        "revoked-secret",
        nodes,
        (toRun) => `Secret ${quoteName(use.key)} is revoked in the connected account. Renew it${toRun}.`,
        toPlace(use),
      ),
    ),
    ...findUnknownNames(
      "missing-model",
      listUsesOf(running, listModelUsesOf(types), knownModels),
      (name, toRun) => `Model ${name} does not exist in the connected account. Choose another${toRun}.`,
    ),
    ...findUnknownNames(
      "missing-tool",
      listUsesOf(running, listToolUses, knownTools),
      (name, toRun) => `Tool ${name} does not exist in the connected account. Choose another${toRun}.`,
    ),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** Names in the enabled steps of a flow that the server or account must know, each once, in order. */
export interface NeededNames {
  readonly secrets: readonly string[];
  readonly models: readonly string[];
  readonly tools: readonly string[];
}

export function listNeededNames(document: FlowDocument, types: StepTypeLookup): NeededNames {
  const running = listEnabledSteps(document);
  const secrets = listUses(
    running,
    types,
    (key) => key !== "",
    () => "",
  );
  const nothing = new Set<string>();
  return {
    secrets: [...secrets].map(({ use }) => use.key),
    models: [...listUsesOf(running, listModelUsesOf(types), nothing)].map(({ use }) => use.name),
    tools: [...listUsesOf(running, listToolUses, nothing)].map(({ use }) => use.name),
  };
}

/** Each once, at the first enabled step that needs it. Depends on the server, so not in {@link analyzeFlow}. */
export function findServerProblems(
  document: FlowDocument,
  types: StepTypeLookup,
  { models, mail, stepTypes, secrets, knownModels }: ServerRunEnvironment,
): readonly Problem[] {
  const running = listEnabledSteps(document);
  const known = new Set(stepTypes);
  const ofType = (type: string) => running.filter((node) => getStepType(node) === type);
  const problems: Problem[] = [];
  const add = (...found: Parameters<typeof createProblem>) => {
    const problem = createProblem(...found);
    if (problem) problems.push(problem);
  };

  const ofNeed = (need: StepTypeNeed) =>
    running.filter((node) => known.has(getStepType(node)) && types.needOf(getStepType(node)) === need);
  if (!models) {
    add(
      "no-model-server",
      ofNeed("models"),
      (toRun) => `No AI model is connected. Set FLOWLINE_MODEL_BASE_URL on the server${toRun}.`,
    );
  }
  if (!mail) {
    add(
      "no-mail-server",
      ofNeed("mail"),
      (toRun) => `No mail server is connected. Set FLOWLINE_SMTP_URL on the server${toRun}.`,
    );
  }
  const settings = new Map(secrets?.map((secret) => [secret.name, secret]));
  for (const { nodes, use } of secrets ? listUses(running, types, (key) => !settings.has(key)) : []) {
    const key = quoteName(use.key);
    add(
      "missing-secret",
      nodes,
      (toRun) => `Secret ${key} is not set. Set ${settingOf(use.key)} on the server${toRun}.`,
      toPlace(use),
    );
  }
  const isRefused = (key: string, type: string) => settings.get(key)?.stepTypes?.includes(type) === false;
  for (const { nodes, use, type } of secrets ? listUses(running, types, isRefused) : []) {
    add(
      "refused-secret",
      nodes,
      (toRun) =>
        `Secret ${quoteName(use.key)} may not be used in ${SECRET_USE_LABELS[type] ?? `${type} steps`}. Add ${types.sendsRequest(type) ? "the host of the request" : type} to FLOWLINE_SECRET_${use.key}_ALLOW on the server${toRun}.`,
      toPlace(use),
    );
  }
  problems.push(
    ...findUnknownNames(
      "missing-model",
      listUsesOf(running, listModelUsesOf(types), knownModels),
      (name, toRun) => `The model server has no model ${name}. Choose another${toRun}.`,
    ),
  );
  add(
    "missing-tool",
    ofNeed("models").filter(hasTools),
    (toRun) => `This server can’t use prompt tools. Remove them${toRun}.`,
    { name: "", at: ["config", "tools"], from: 0, to: 0 },
  );
  for (const type of new Set(running.map(getStepType))) {
    if (known.has(type)) continue;
    add("unavailable-type", ofType(type), (_, names) =>
      names === undefined
        ? "Needs the Runtype platform. Connect the server to it, or switch this step off."
        : `This server can’t run ${names}: ${quoteName(type)} steps need the Runtype platform.`,
    );
  }
  return problems;
}

/** At the first of the steps; undefined without steps. `messageFor` gets their names. */
function createProblem(
  code: ProblemCode,
  nodes: readonly StepNode[],
  messageFor: (toRun: string, names: string | undefined) => string,
  use?: Pick<Problem, "name" | "at" | "from" | "to">,
): Problem | undefined {
  const [first] = nodes;
  if (!first) return undefined;
  const { at, from, to } = use ?? { at: [], from: 0, to: 0 };
  const names = nameSteps(first, nodes.length);
  return {
    code,
    severity: "warning",
    step: first.key,
    steps: nodes.map(({ key }) => key),
    at,
    from,
    to,
    ...(use?.name && { name: use.name }),
    message: messageFor(` to run ${names}`, names),
    messageAtStep: messageFor("", undefined),
  };
}

const toPlace = ({ key, at, from, to }: SecretUseInStepText) => ({ name: key, at, from, to });

const SECRET_USE_LABELS: Readonly<Record<string, string>> = {
  [CONDITION_SECRET_STEP_TYPE]: "conditions",
  [VARIABLE_SECRET_STEP_TYPE]: "values of variables",
};

/** Models of other steps, such as those of embeddings, are not in the lists of models. */
const listModelUsesOf = (types: StepTypeLookup) => (node: StepNode) =>
  types.needOf(getStepType(node)) === "models" ? listModelUses(node) : [];

const TOOL_LISTS = ["toolIds", "runtimeTools", "mcpServers"];

function hasTools(node: StepNode): boolean {
  const { tools } = getStepConfig(node);
  if (!isJsonObject(tools)) return false;
  return TOOL_LISTS.map((key) => tools[key]).some((list) => Array.isArray(list) && list.length > 0);
}

interface NameUses {
  readonly nodes: StepNode[];
  readonly use: ResourceUseInStep;
}

/** Lists the names that `known` lacks, each with the steps that use it; none if `known` is undefined. */
function listUsesOf(
  nodes: readonly StepNode[],
  listUsesOfStep: (node: StepNode) => readonly ResourceUseInStep[],
  known: ReadonlySet<string> | undefined,
): Iterable<NameUses> {
  const uses = new Map<string, NameUses>();
  for (const node of known ? nodes : []) {
    for (const use of listUsesOfStep(node)) {
      if (known?.has(use.name.trim())) continue;
      const other = uses.get(use.name);
      if (!other) uses.set(use.name, { nodes: [node], use });
      else if (other.nodes.at(-1) !== node) other.nodes.push(node);
    }
  }
  return uses.values();
}

function findUnknownNames(
  code: ProblemCode,
  uses: Iterable<NameUses>,
  messageFor: (name: string, toRun: string) => string,
): readonly Problem[] {
  return [...uses].flatMap(({ nodes, use }) => {
    const messageForSteps = (toRun: string) => messageFor(quoteName(use.name), toRun);
    return createProblem(code, nodes, messageForSteps, { ...use, from: 0, to: 0 }) ?? [];
  });
}

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
      const type = getStepTypeForSecretUse(getStepType(node), use.at);
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

function nameSteps(first: StepNode, count: number): string {
  const name = quoteName(getStepName(first));
  return count === 1 ? name : `${name} and ${formatCountWithNoun(count - 1, "more step")}`;
}
