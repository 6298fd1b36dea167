import { RealApiError } from "./endpoint.ts";
import {
  ORGANIZATION_ID,
  type RealApiState,
  type StoredFlow,
  type StoredStep,
  type StoredVersion,
  USER_ID,
} from "./state.ts";

type Json = Readonly<Record<string, unknown>>;

export function answerFlow(state: RealApiState, flow: StoredFlow): Json {
  return {
    id: flow.id,
    name: flow.name,
    createdAt: state.time(flow.createdAt),
    updatedAt: state.time(flow.updatedAt),
    userId: USER_ID,
    organizationId: ORGANIZATION_ID,
    flowSteps: flow.steps.map((step, index) => answerStep(state, step, index)),
    lastRunAt: state.timeOrNull(flow.lastRunAt),
    stepCount: flow.steps.length,
    ...(state.switches.nextYear && { status: "archived", lifecycle: { stage: "beta" }, flowSchema: 3 }),
  };
}

function answerStep({ switches }: RealApiState, step: StoredStep, index: number): Json {
  const hidden = [...(switches.stepsWithoutWhen ? ["when"] : []), ...switches.fieldsOnlyInFlowSteps];
  const shown = Object.fromEntries(Object.entries(step).filter(([name]) => !hidden.includes(name)));
  return switches.ordersFromOne ? { ...shown, order: index + 1 } : shown;
}

export function answerFlowSteps(state: RealApiState, flow: StoredFlow): Json {
  const { ordersFromOne, fieldsOnlyInFlow } = state.switches;
  return {
    flowId: flow.id,
    flowName: flow.name,
    data: flow.steps.map((step, index) => {
      const shown = Object.fromEntries(
        Object.entries(step).filter(([name]) => !fieldsOnlyInFlow.includes(name)),
      );
      const { order } = step;
      return {
        ...shown,
        flowId: flow.id,
        order: typeof order === "number" && !ordersFromOne ? order : index + Number(ordersFromOne),
        enabled: step["enabled"] !== false,
        config: step["config"] ?? {},
        userId: USER_ID,
        createdAt: null,
        updatedAt: null,
      };
    }),
  };
}

export function answerVersion(state: RealApiState, flow: StoredFlow, version: StoredVersion): Json {
  return {
    id: version.id,
    flowId: flow.id,
    versionNumber: version.versionNumber,
    versionType: version.versionType,
    flowConfig: { name: version.name, flowSteps: version.steps },
    label: null,
    notes: null,
    createdAt: state.time(version.createdAt),
  };
}

export function answerVersionRow(state: RealApiState, version: StoredVersion): Json {
  return {
    id: version.id,
    versionNumber: version.versionNumber,
    versionType: version.versionType,
    label: null,
    notes: null,
    stepSummary: version.steps.map((step) => step.type).join(" → ") || null,
    stepCount: version.steps.length,
    createdAt: state.time(version.createdAt),
    ...(state.switches.nextYear && { channel: "canary" }),
  };
}

export function findVersion(flow: StoredFlow, id: string): StoredVersion {
  const found = flow.versions.find((version) => version.id === id);
  if (found === undefined) throw new RealApiError(404, "Version not found");
  return found;
}

/** Answers a page of a list. A cursor is the id of the last row of the page before. */
export function answerPage<Row extends { readonly id: string }>(
  { switches }: RealApiState,
  rows: readonly Row[],
  query: URLSearchParams,
): { readonly rows: readonly Row[]; readonly pagination: Json } {
  const limit = Math.min(readLimit(query), switches.pagesOfTen ? 10 : 100);
  const cursor = query.get("cursor");
  const isBack = query.get("direction") === "prev";
  const after = cursor === null || switches.stuckCursor ? 0 : findPosition(rows, cursor) + 1;
  const start = isBack ? Math.max(0, after - 1 - limit) : after;
  const page = rows.slice(start, isBack && cursor !== null ? after - 1 : start + limit);
  const end = start + page.length;
  const hasMore = switches.stuckCursor ? rows.length > 0 : end < rows.length;
  return {
    rows: page,
    pagination: {
      limit,
      currentOffset: start,
      hasMore,
      hasPrev: start > 0,
      nextCursor: hasMore ? encodeCursor(page.at(-1)?.id ?? "") : null,
      prevCursor: start > 0 ? encodeCursor(page[0]?.id ?? "") : null,
      ...(query.get("includeCount") === "true" && {
        totalCount: rows.length,
        totalPages: Math.ceil(rows.length / limit),
        currentPage: Math.floor(start / limit) + 1,
      }),
    },
  };
}

function findPosition(rows: readonly { readonly id: string }[], cursor: string): number {
  const id = Buffer.from(cursor, "base64").toString();
  const position = rows.findIndex((row) => row.id === id);
  if (position < 0) throw new RealApiError(400, "Invalid cursor");
  return position;
}

const encodeCursor = (id: string) => Buffer.from(id).toString("base64");

export function readLimit(query: URLSearchParams, byDefault = 50): number {
  const text = query.get("limit") ?? String(byDefault);
  if (!/^\d+$/.test(text)) throw new RealApiError(400, "limit must be a number");
  return Math.min(Math.max(Number(text), 1), 100);
}
