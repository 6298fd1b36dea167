import type { RealApiEndpoint } from "./endpoint.ts";
import { RealApiError } from "./endpoint.ts";
import {
  answerFlow,
  answerFlowSteps,
  answerPage,
  answerVersion,
  answerVersionRow,
  findVersion,
} from "./flow-answers.ts";
import * as schemas from "./flow-schemas.ts";
import type { RealApiState, StoredFlow, StoredVersion } from "./state.ts";

type StepList = readonly Readonly<Record<string, unknown>>[];

export const flowEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "GET",
    path: "/v1/flows",
    query: { limit: "any", cursor: "any", direction: ["next", "prev"], includeCount: "any", search: "any" },
    answers: { 200: schemas.flowPage },
    scope: "FLOWS:READ",
    handle: (state, { query }) => {
      const search = (query.get("search") ?? "").toLowerCase();
      const found = [...state.flows.values()]
        .filter(({ name }) => name.toLowerCase().includes(search))
        .toSorted((one, other) => other.updatedAt - one.updatedAt);
      const { rows, pagination } = answerPage(state, found, query);
      const data = rows.map((flow) => ({
        id: flow.id,
        name: flow.name,
        createdAt: state.time(flow.createdAt),
        updatedAt: state.time(flow.updatedAt),
        lastRunAt: state.timeOrNull(flow.lastRunAt),
        ...(state.switches.nextYear && { status: "archived", owner: { team: "support" } }),
      }));
      return { data, pagination };
    },
  },
  {
    method: "POST",
    path: "/v1/flows",
    body: schemas.createFlowBody,
    answers: { 201: schemas.flow },
    scope: "FLOWS:WRITE",
    handle: (state, { body }) => {
      const { name, flowSteps, steps } = body as CreateBody;
      const written = flowSteps ?? steps ?? [];
      checkStepTypes(state, written);
      return answerFlow(state, state.addFlow(name, written));
    },
  },
  {
    method: "GET",
    path: "/v1/flows/:id",
    answers: { 200: schemas.flow },
    scope: "FLOWS:READ",
    handle: (state, { params }) => answerFlow(state, state.getFlow(params["id"] ?? "")),
  },
  {
    method: "PUT",
    path: "/v1/flows/:id",
    body: schemas.updateFlowBody,
    answers: { 200: schemas.updatedFlow },
    scope: "FLOWS:WRITE",
    handle: (state, { params, body }) => {
      const flow = state.getFlow(params["id"] ?? "");
      const { name = flow.name, flowSteps } = body as Partial<CreateBody>;
      if (flowSteps) checkStepTypes(state, flowSteps);
      const draft = updateFlow(state, flow, name, flowSteps);
      return { ...answerFlow(state, flow), draftVersionId: draft.id };
    },
  },
  {
    method: "DELETE",
    path: "/v1/flows/:id",
    answers: { 204: "empty" },
    scope: "FLOWS:DELETE",
    handle: (state, { params }) => {
      state.flows.delete(state.getFlow(params["id"] ?? "").id);
    },
  },
  {
    method: "POST",
    path: "/v1/flows/:id/publish",
    answers: { 200: schemas.publishedFlow },
    scope: "FLOWS:WRITE",
    handle: (state, { params }) => {
      const flow = state.getFlow(params["id"] ?? "");
      const draft = flow.versions.find(({ versionType }) => versionType === "draft");
      if (!draft) throw new RealApiError(404, "No draft version to publish");
      publish(state, flow, draft);
      return { success: true, message: "Flow published", publishedVersionId: draft.id };
    },
  },
  {
    method: "GET",
    path: "/v1/flows/:id/export-runtime",
    answers: { 200: schemas.runtimeExport },
    scope: "FLOWS:READ",
    // Production answers 404: the endpoint is a limited preview.
    handle: () => {
      throw new RealApiError(404, "Not found");
    },
  },
  {
    method: "GET",
    path: "/v1/flow-steps/flow/:flowId",
    answers: { 200: schemas.flowStepList },
    scope: "FLOWS:READ",
    handle: (state, { params }) => answerFlowSteps(state, state.getFlow(params["flowId"] ?? "")),
  },
  {
    method: "GET",
    path: "/v1/flow-versions/:flowId",
    query: { type: ["published", "draft", "test", "virtual"] },
    answers: { 200: schemas.versionList },
    scope: "FLOWS:READ",
    handle: (state, { params, query }) => {
      const flow = state.getFlow(params["flowId"] ?? "");
      const type = query.get("type");
      const versions = flow.versions
        .filter(({ versionType }) => type === null || versionType === type)
        .toSorted((one, other) => other.versionNumber - one.versionNumber)
        .map((version) => answerVersionRow(state, version));
      return { flowId: flow.id, publishedVersionId: flow.publishedVersionId, versions };
    },
  },
  {
    method: "GET",
    path: "/v1/flow-versions/:flowId/published",
    answers: { 200: schemas.version },
    scope: "FLOWS:READ",
    handle: (state, { params }) => {
      const flow = state.getFlow(params["flowId"] ?? "");
      if (flow.publishedVersionId === null) throw new RealApiError(404, "No published version");
      return answerVersion(state, flow, findVersion(flow, flow.publishedVersionId));
    },
  },
  {
    method: "GET",
    path: "/v1/flow-versions/:flowId/:versionId",
    answers: { 200: schemas.version },
    scope: "FLOWS:READ",
    handle: (state, { params }) => {
      const flow = state.getFlow(params["flowId"] ?? "");
      return answerVersion(state, flow, findVersion(flow, params["versionId"] ?? ""));
    },
  },
  {
    method: "POST",
    path: "/v1/flow-versions/:flowId/publish",
    body: schemas.publishVersionBody,
    answers: { 200: schemas.publishedVersion },
    scope: "FLOWS:WRITE",
    handle: (state, { params, body }) => {
      const flow = state.getFlow(params["flowId"] ?? "");
      const { versionId } = body as { readonly versionId: string };
      if (!versionId.startsWith("flowver_")) throw new RealApiError(400, "versionId is not a version id");
      publish(state, flow, findVersion(flow, versionId));
      return { success: true, message: "Version published", flowId: flow.id, versionId };
    },
  },
  {
    method: "POST",
    path: "/v1/public/flows/validate",
    body: schemas.jsonObject,
    answers: { 200: schemas.flowValidation },
    isRead: true,
    handle: (_, { body }) => {
      const { flowSteps = [] } = body as Partial<CreateBody>;
      const errors = flowSteps.flatMap((step, index) => {
        const type = String(step["type"]);
        if (schemas.isDocumentedStepType(type)) return [];
        const path = `flowSteps.${index}.type`;
        const name = String(step["name"]);
        return [
          { code: "INVALID_ENUM", message: `Unknown step type ${type}`, path, step: { index, name, type } },
        ];
      });
      const context = { authenticated: true, accountChecksPerformed: true, accountChecksSkipped: false };
      return { valid: errors.length === 0, errors, warnings: [], recommendations: [], context };
    },
  },
];

interface CreateBody {
  readonly name: string;
  readonly flowSteps?: StepList;
  readonly steps?: StepList;
}

function checkStepTypes({ switches }: RealApiState, steps: StepList): void {
  if (switches.nextYear) return;
  const index = steps.findIndex(({ type }) => !schemas.isDocumentedStepType(String(type)));
  if (index < 0) return;
  const message = `Invalid step type ${String(steps[index]?.["type"])}`;
  throw new RealApiError(400, message, {
    details: [{ message, path: `flowSteps.${index}.type`, code: "INVALID_ENUM" }],
  });
}

/** Writes the one rolling draft version, which a publish turns into a published one. */
function updateFlow(
  state: RealApiState,
  flow: StoredFlow,
  name: string,
  written: StepList | undefined,
): StoredVersion {
  const steps = written ? state.prepareSteps(written) : flow.steps;
  const isChanged = name !== flow.name || JSON.stringify(steps) !== JSON.stringify(flow.steps);
  flow.name = name;
  flow.steps = steps;
  flow.updatedAt = state.now();
  const latest = flow.versions.at(-1);
  const draft = flow.versions.find(({ versionType }) => versionType === "draft");
  if (draft) {
    draft.name = name;
    draft.steps = steps;
    return draft;
  }
  if (latest && !isChanged) return latest;
  const created: StoredVersion = {
    id: state.newId("flowver"),
    versionNumber: (latest?.versionNumber ?? 0) + 1,
    versionType: "draft",
    createdAt: state.now(),
    name,
    steps,
  };
  flow.versions.push(created);
  return created;
}

function publish(state: RealApiState, flow: StoredFlow, version: StoredVersion): void {
  version.versionType = "published";
  flow.publishedVersionId = version.id;
  if (state.switches.publishMovesUpdatedAt) flow.updatedAt = state.now();
}
