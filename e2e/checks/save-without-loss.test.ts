import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
  parseFlowDocument,
  toApiSteps,
} from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { type JsonObject, type JsonValue, copyObjectWithoutKey, isJsonObject } from "#core/json/json.ts";
import {
  type RandomFlowEdit,
  TEST_CASE_COUNT_MULTIPLIER,
  convertRandomFlowEditToCommand,
  editArbitrary,
  storedFlowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { type CloudSession, openCloudSession } from "#client/document/testing/cloud-session.ts";
import { type RealApiStandIn, startRealApiStandIn } from "#e2e/harness/real-api/start.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import type { StoredFlow } from "#e2e/harness/real-api/state.ts";
import { NO_SWITCHES, type RealApiSwitches } from "#e2e/harness/real-api/switches.ts";

// Edits and saves random flows with the client's code, against an API whose undocumented behavior varies. The result must
// equal the same edits applied to the flow that the API stored, whatever fields its responses omitted.

let api: RealApiStandIn;
let server: TestApp;
let isNextAnswerLost = false;

beforeAll(async () => {
  api = await startRealApiStandIn();
  server = await startTestApp(undefined, { env: { RUNTYPE_API_KEY: api.key, RUNTYPE_API_URL: api.url } });
});
afterAll(() => api.close());

beforeEach(() => {
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    const response = await server.fetch(new Request(`http://localhost:4400${path}`, options));
    const isLost = isNextAnswerLost && options.method === "PUT";
    if (!isLost) return response;
    isNextAnswerLost = false;
    throw new TypeError("The connection was closed.");
  });
});

type Action =
  | { readonly type: "edit"; readonly edit: RandomFlowEdit }
  | { readonly type: "otherClient"; readonly pick: number; readonly field: "when" | "remark" }
  | { readonly type: "save" | "poll" | "publish" | "undo" | "redo" }
  /**
   * `failSteps` makes the next read of the list of steps fail; `loseAnswer` loses the response to the next
   * save.
   */
  | { readonly type: "failSteps" | "loseAnswer" };

const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: editArbitrary.map((edit): Action => ({ type: "edit", edit })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(
        ...(["save", "save", "save", "poll", "publish", "undo", "redo", "failSteps", "loseAnswer"] as const),
      )
      .map((type): Action => ({ type })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("otherClient" as const),
      pick: fc.nat(),
      field: fc.constantFrom("when" as const, "remark" as const),
    }),
  },
);

const hideableFields = ["name", "enabled", "config", "retryPolicy", "constructor", "10", "ünï"];

const switchesArbitrary: fc.Arbitrary<Partial<RealApiSwitches>> = fc
  .record({
    stepsWithoutWhen: fc.boolean(),
    fieldsOnlyInFlowSteps: fc.subarray(hideableFields, { maxLength: 3 }),
    fieldsOnlyInFlow: fc.subarray([...hideableFields, "when"], { maxLength: 2 }),
    ordersFromOne: fc.boolean(),
    defaultsFilledIn: fc.boolean(),
    publishMovesUpdatedAt: fc.boolean(),
    microseconds: fc.boolean(),
  })
  .map((switches) => ({
    ...switches,
    // Excludes fields that neither response would return: no client could preserve them.
    fieldsOnlyInFlow: switches.fieldsOnlyInFlow.filter(
      (field) =>
        !switches.fieldsOnlyInFlowSteps.includes(field) && !(field === "when" && switches.stepsWithoutWhen),
    ),
    // Allows step types that are not documented.
    nextYear: true,
  }));

/**
 * Gives documented step fields values that the API accepts. Includes nested steps: a move can make them
 * top-level.
 */
function makeWritable(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step, index) => {
    const { name, when, config } = step;
    const branches = isJsonObject(config)
      ? BRANCH_NAMES.flatMap((branch) => {
          const list = Object.hasOwn(config, branch) ? config[branch] : undefined;
          const isList = Array.isArray(list) && list.every(isJsonObject);
          return isList ? [[branch, makeWritable(list)] as const] : [];
        })
      : [];
    const writable: JsonObject = {
      name: typeof name === "string" && name !== "" ? name : `Step ${index}`,
      enabled: step["enabled"] !== false,
      when: typeof when === "string" ? when : "x > 1",
      config: isJsonObject(config) ? { ...config, ...Object.fromEntries(branches) } : {},
      order: index,
    };
    const entries = Object.entries({ name: "", ...step });
    return Object.fromEntries(
      entries.map(([key, value]) => [
        key,
        Object.hasOwn(writable, key) ? (writable[key] as JsonValue) : value,
      ]),
    );
  });
}

const writableFlowArbitrary = storedFlowArbitrary.map(({ name, flowSteps }) => ({
  name,
  flowSteps: makeWritable(flowSteps),
}));

function createValidCommand(
  document: FlowDocument,
  edit: RandomFlowEdit,
  count: number,
): EditCommand | undefined {
  // Omits edits that replace the whole document, and of the description, which the documented API lacks.
  if (edit.type === "replaceDocument" || edit.type === "setDescription") return undefined;
  const command = convertRandomFlowEditToCommand(document, { ...edit, text: edit.text || "Text" }, count);
  if (command.type === "setConfig" && command.path.length === 0 && !isJsonObject(command.value))
    return undefined;
  // The API rejects top-level steps without a name.
  if (!applyEditCommand(document, command).steps.every(({ fields }) => typeof fields["name"] === "string"))
    return undefined;
  // Omits edits of a default that the API filled in: the flow to which the expected edits are applied lacks
  // it.
  return JSON.stringify(command).includes("responseFormat") ? undefined : command;
}

function readStored(flow: StoredFlow): FlowDocument {
  return parseFlowDocument({ name: flow.name, flowSteps: flow.steps as readonly JsonObject[] });
}

/**
 * Returns a document for comparison: without ids and defaults that the API adds, but with the order of keys.
 */
function toComparable({ name, steps }: FlowDocument, switches: Partial<RealApiSwitches>): unknown {
  const { defaultsFilledIn, fieldsOnlyInFlowSteps = [], stepsWithoutWhen } = switches;
  const toComparableStep = ({ fields, branches }: StepNode): JsonObject => {
    let own = copyObjectWithoutKey(fields, "order");
    // The API gives ids to steps without one.
    const { id } = own;
    if (typeof id === "string" && /^step_\w{26}$/.test(id)) own = copyObjectWithoutKey(own, "id");
    // An absent `enabled` means true.
    if (own["enabled"] !== false) own = copyObjectWithoutKey(own, "enabled");
    let config: JsonValue = own["config"] ?? {};
    if (isJsonObject(config)) {
      for (const branch of BRANCH_NAMES)
        if (branches?.[branch]) config = copyObjectWithoutKey(config, branch);
      const isDefault = defaultsFilledIn === true && config["responseFormat"] === "text";
      if (isDefault) config = copyObjectWithoutKey(config, "responseFormat");
    }
    own = copyObjectWithoutKey(own, "config");
    const lists = BRANCH_NAMES.map((branch) => branches?.[branch]?.map(toComparableStep) ?? null);
    // Ignores the order of fields that only the list of steps returns: the client cannot know their place in
    // the flow.
    const isShown = (key: string) =>
      !fieldsOnlyInFlowSteps.includes(key) && !(key === "when" && stepsWithoutWhen === true);
    const keys = [...Object.keys(own).filter(isShown), ...(isJsonObject(config) ? Object.keys(config) : [])];
    return { fields: own, config, lists, keys };
  };
  return { name, steps: steps.map(toComparableStep) };
}

interface LoggedEdit {
  readonly command: EditCommand;
  readonly isOwn: boolean;
}

async function check(
  source: { readonly name: string; readonly flowSteps: readonly JsonObject[] },
  switches: Partial<RealApiSwitches>,
  actions: readonly Action[],
): Promise<void> {
  const violations = api.violations.length;
  api.resetSwitches();
  api.setSwitches({ ...NO_SWITCHES, ...switches, defaultsFilledIn: false });
  const flow = api.state.addFlow(source.name, source.flowSteps);
  api.setSwitches(switches);
  const origin = readStored(flow);
  const log: LoggedEdit[] = [];
  const undone: LoggedEdit[] = [];
  const replay = () => log.reduce((document, { command }) => applyEditCommand(document, command), origin);
  const session = await openCloudSession(flow.id);
  /**
   * Steps whose changes by the other client this session has not received: editing them would cause a
   * conflict.
   */
  const foreign = new Set<StepKey>();

  for (const [count, action] of actions.entries()) {
    switch (action.type) {
      case "edit": {
        const command = createValidCommand(session.document(), action.edit, count);
        if (!command || changesSteps(session.document(), command, foreign) || !session.edit(command)) break;
        log.push({ command, isOwn: true });
        undone.length = 0;
        break;
      }
      case "otherClient": {
        const command = createForeignCommand(session, flow, action, count);
        if (!command) break;
        log.push({ command, isOwn: false });
        foreign.add(command.key);
        const changed = applyEditCommand(readStored(flow), command);
        flow.steps = toApiSteps(changed.steps) as StoredFlow["steps"];
        flow.updatedAt = api.state.now();
        break;
      }
      case "undo":
      case "redo":
        if (foreign.size === 0) undoOrRedo(session, action.type, log, undone);
        break;
      case "failSteps":
        api.planAnswer({
          method: "GET",
          path: "/v1/flow-steps/flow/:flowId",
          status: 503,
          body: "<html>",
          times: 1,
        });
        break;
      case "loseAnswer":
        isNextAnswerLost = true;
        break;
      case "publish":
        await globalThis.fetch(`/v1/flows/${flow.id}/publish`, {
          method: "POST",
          headers: { [PAGE_USER_IDENTITY_HEADER]: "" },
        });
        break;
      case "save":
        await session.save();
        break;
      case "poll": {
        const outcome = await session.poll().catch(() => "same");
        // Changes that the API makes by itself must not count as changes of another client.
        if (foreign.size === 0) expect(outcome).toBe("same");
      }
    }
    const { updatedAt } = session.openFlow.getState().history.base.version;
    if (updatedAt === api.state.time(flow.updatedAt)) foreign.clear();
  }
  api.resetSwitches();
  api.setSwitches(switches);
  isNextAnswerLost = false;
  let error = await session.save();
  for (let attempt = 1; error !== undefined && attempt < 4; attempt += 1) error = await session.save();
  if (error !== undefined) throw error;
  // Receives the changes of the other client: without unsaved edits, the save above sent and received
  // nothing.
  await session.poll();
  // A page with edits to redo shows a newer version only when the user asks for it.
  if (session.isBehind()) expect(await session.save()).toBeUndefined();

  const expected = replay();
  expect(toComparable(readStored(flow), switches)).toEqual(toComparable(expected, switches));
  expect(toComparable(session.document(), switches)).toEqual(toComparable(expected, switches));
  expect(api.violations.slice(violations)).toEqual([]);
  // The page shows everything as saved, and sends nothing more.
  expect(session.hasUnsavedEdits()).toBe(false);
  expect(await session.poll()).toBe("same");
  api.takeCounts();
  await session.save();
  expect(api.takeCounts()["PUT /v1/flows/:id"]).toBeUndefined();
}

function changesSteps(document: FlowDocument, command: EditCommand, keys: ReadonlySet<StepKey>): boolean {
  const [before, after] = [document, applyEditCommand(document, command)].map(getLocationsOfAllSteps);
  return [...keys].some((key) => before?.get(key)?.node !== after?.get(key)?.node);
}

/** Creates a change by another client to a step without unsaved edits here, so that nothing conflicts. */
function createForeignCommand(
  session: CloudSession,
  flow: StoredFlow,
  { pick, field }: Action & { readonly type: "otherClient" },
  count: number,
): (EditCommand & { readonly key: StepKey }) | undefined {
  const { base, document } = session.openFlow.getState().history;
  const [before, now] = [getLocationsOfAllSteps(base.document), getLocationsOfAllSteps(document)];
  const stored = getLocationsOfAllSteps(readStored(flow));
  const keys = [...stored.keys()].filter(
    (key) => before.has(key) && before.get(key)?.node === now.get(key)?.node,
  );
  const key = keys[pick % keys.length];
  if (key === undefined) return undefined;
  if (field === "when") return { type: "setWhen", key, when: `foreign ${count}` };
  if (!isJsonObject(stored.get(key)?.node.fields["config"])) return undefined;
  return { type: "setConfig", key, path: ["remark"], value: count };
}

/** Undoes or redoes an edit of the user, but not a merge: that would also undo the other client's change. */
function undoOrRedo(
  session: CloudSession,
  type: "undo" | "redo",
  log: LoggedEdit[],
  undone: LoggedEdit[],
): void {
  const { entries, position } = session.openFlow.getState().history;
  const entry = entries[type === "undo" ? position - 1 : position];
  if (!entry || entry.rebase) return;
  if (type === "undo") {
    const index = log.findLastIndex(({ isOwn }) => isOwn);
    undone.push(...log.splice(index, 1));
  } else log.push(...undone.splice(-1));
  session.openFlow[type]();
}

test("a save preserves everything in the API that the user did not change", async () => {
  await fc.assert(
    fc.asyncProperty(
      writableFlowArbitrary,
      switchesArbitrary,
      fc.array(actionArbitrary, { minLength: 1, maxLength: 12 }),
      check,
    ),
    { numRuns: 2500 * TEST_CASE_COUNT_MULTIPLIER },
  );
});
