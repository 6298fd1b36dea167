import { setImmediate as nextTurn } from "node:timers/promises";
import { SECRET_LIST_RESPONSE_LIMITS, type SecretList } from "#contract/server-status.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { BRANCH_NAMES, type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import { isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { listSecretUses, getStepTypeForSecretUse } from "#core/references/list-secrets.ts";
import type { Caller } from "#server/domain/caller.ts";
import { truncateText } from "#server/domain/truncate-text.ts";
import type { ManagedSecret } from "#server/domain/managed-secret.ts";
import { type ScannedFlow, scanFlowsContaining } from "#server/store/flow-scan.ts";
import type { Store } from "#server/store/store.ts";
import { parseStepsJson } from "./normalize-step-order.ts";

type SecretEntry = SecretList["secrets"][number];
type SecretUse = SecretEntry["flows"][number];

interface FoundSecret {
  readonly flows: SecretUse[];
  flowCount: number;
  stepCount: number;
  readonly stepTypes: Set<string>;
}

interface SecretSearch {
  readonly store: Store;
  readonly caller: Caller;
  /** The secrets that are set; undefined if the caller may not know them. */
  readonly secrets: Readonly<Record<string, Omit<ManagedSecret, "value">>> | undefined;
  readonly signal: AbortSignal;
  readonly timeLimitMs?: number;
}

/** Enough for thousands of flows; the page waits for the response. */
const SEARCH_MS = 5000;

/** Lists the configured secrets and the secrets that saved flows use, by name and without values. */
export async function listSecretsWithUses({
  store,
  caller,
  secrets,
  signal,
  timeLimitMs = SEARCH_MS,
}: SecretSearch): Promise<SecretList> {
  const found = new Map<string, FoundSecret>();
  for (const name of Object.keys(secrets ?? {})) found.set(name, createFoundSecret());
  const limit = found.size + SECRET_LIST_RESPONSE_LIMITS.missing;
  const end = performance.now() + timeLimitMs;
  let complete = true;
  for await (const flows of scanFlowsContaining(store.database, caller.organizationId, "secret")) {
    for (const flow of flows) {
      signal.throwIfAborted();
      if (!addUsesOfFlow(found, flow, limit)) complete = false;
      // Yields to the event loop after each flow, because parsing a large flow takes milliseconds.
      await nextTurn();
      if (performance.now() > end) break;
    }
    if (performance.now() > end) {
      complete = false;
      break;
    }
  }
  const entries = [...found].map(([name, entry]) => describeSecret(name, entry, secrets));
  return { secrets: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)), complete };
}

function createFoundSecret(): FoundSecret {
  return { flows: [], flowCount: 0, stepCount: 0, stepTypes: new Set() };
}

function describeSecret(
  name: string,
  { flows, flowCount, stepCount, stepTypes: used }: FoundSecret,
  secrets: SecretSearch["secrets"],
): SecretEntry {
  const entry = { name, flows, flowCount, stepCount };
  if (!secrets) return entry;
  const setting = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (!setting) return { ...entry, set: false };
  const allowed = [...setting.stepTypes];
  return {
    ...entry,
    set: true,
    stepTypes: allowed,
    hosts: [...setting.hosts],
    refusedStepTypes: [...used].filter((type) => !allowed.includes(type)).toSorted(),
  };
}

/** False if the flow uses further secrets, which would exceed `limit`. */
function addUsesOfFlow(found: Map<string, FoundSecret>, flow: ScannedFlow, limit: number): boolean {
  const uses = new Map<FoundSecret, SecretUse>();
  let hasRoom = true;
  for (const node of listAllSteps(flow)) {
    const counted = new Set<FoundSecret>();
    for (const { key, at } of listSecretUses(node, stepTypeLookup)) {
      if (key === "") continue;
      const name = truncateText(key, SECRET_LIST_RESPONSE_LIMITS.nameCharacters);
      let secret = found.get(name);
      if (!secret) {
        if (found.size >= limit) {
          hasRoom = false;
          continue;
        }
        found.set(name, (secret = createFoundSecret()));
      }
      secret.stepTypes.add(getStepTypeForSecretUse(getStepType(node), at));
      if (counted.has(secret)) continue;
      counted.add(secret);
      addStep(secret, uses, { flow, node });
    }
  }
  return hasRoom;
}

function addStep(
  secret: FoundSecret,
  uses: Map<FoundSecret, SecretUse>,
  { flow, node }: { readonly flow: ScannedFlow; readonly node: StepNode },
): void {
  let use = uses.get(secret);
  if (!use) {
    const flowName = truncateText(flow.name, SECRET_LIST_RESPONSE_LIMITS.nameCharacters);
    use = { flowId: flow.id, flowName, steps: [], stepCount: 0 };
    uses.set(secret, use);
    secret.flowCount += 1;
    if (secret.flows.length < SECRET_LIST_RESPONSE_LIMITS.flows) secret.flows.push(use);
  }
  secret.stepCount += 1;
  use.stepCount += 1;
  if (use.steps.length >= SECRET_LIST_RESPONSE_LIMITS.steps) return;
  const { id } = node.fields;
  const name = truncateText(getStepName(node), SECRET_LIST_RESPONSE_LIMITS.nameCharacters);
  use.steps.push({ ...(typeof id === "string" && { id }), name, enabled: isStepEnabled(node) });
}

function* listAllSteps({ name, steps }: ScannedFlow): Generator<StepNode> {
  const open = [...parseFlowDocument({ name, flowSteps: parseStepsJson(steps) }).steps].toReversed();
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    const inside = BRANCH_NAMES.flatMap((branch) => node?.branches?.[branch] ?? []);
    open.push(...inside.toReversed());
  }
}
