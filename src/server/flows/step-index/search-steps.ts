import { setImmediate as nextTurn } from "node:timers/promises";
import * as z from "zod/mini";
import { MAX_COUNTED_MATCHES } from "#contract/pagination.ts";
import {
  type MatchedFlow,
  type MatchedStep,
  type StepMatch,
  type StepSearchPage,
  type StepUseKind,
  STEP_INDEX_LIMITS,
} from "#contract/step-search.ts";
import type { Caller } from "#server/domain/caller.ts";
import { createInvalidCursorError, decodeCursor, encodeCursor } from "#server/domain/cursor.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { normalizeNameForSearch } from "#server/store/normalize-name-for-search.ts";
import { hasTrigramForSearchIndex } from "#server/store/search.ts";
import {
  type IndexedFlowRow,
  countFlowsWithTerm,
  findFlowsWithTerms,
  findTerm,
  findTermsContaining,
  readIndexedFlows,
  readStepIndexState,
} from "#server/store/indexed-flows.ts";
import type { Store } from "#server/store/store.ts";
import { computeFlowVersionToken } from "#server/flows/version-token.ts";
import { type IndexedStep, clipIndexedName, listNamesByKind, splitIntoSearchWords } from "./index-entry.ts";

interface PageQuery {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

interface StepUsesQuery extends PageQuery {
  readonly kind: StepUseKind;
  readonly name: string;
  readonly includeCount?: "true" | "false" | undefined;
}

const DEFAULT_FLOWS = 20;
/** Flows that are not in the index yet are counted up to this number. */
const MAX_COUNTED_PENDING_FLOWS = 10_000;
/** Characters of indexed steps above which the server yields to other requests between two flows. */
const LONG_STEPS = 50_000;

/** In names of steps, variables, models, secrets, types. The words may be in different steps. */
export async function searchSteps(
  { database }: Store,
  { organizationId }: Caller,
  { query, ...page }: PageQuery & { readonly query: string },
): Promise<StepSearchPage> {
  const words = splitIntoSearchWords(query).slice(0, STEP_INDEX_LIMITS.queryWords);
  if (words.length === 0) {
    const message = "Search for at least two letters or digits.";
    throw createInvalidRequestError(message, { message, path: "query", code: "TOO_SHORT" });
  }
  const searchKey = words.join(" ");
  const { limit, before } = readPage(page, searchKey);
  const found = [];
  for (const word of words) found.push(await findTermsContaining(database, organizationId, word));
  const lists = found.map(({ ids }) => ids);
  const flows = await findFlowsWithTerms(database, lists, { before, limit });
  const rows = await readIndexedFlows(database, organizationId, flows.numbers);
  return {
    data: await toMatchedFlows(rows, (steps) => findStepsWithWords(steps, words)),
    pagination: describePage(limit, flows.next, searchKey),
    narrowed: found.some(({ isNarrowed }) => isNarrowed),
    index: await describeIndex(database, organizationId),
  };
}

/** Lists the flows and steps that use a variable, model, secret, record type or step type by exact name. */
export async function listStepUses(
  { database }: Store,
  { organizationId }: Caller,
  { kind, name, includeCount, ...page }: StepUsesQuery,
): Promise<StepSearchPage> {
  const term = clipIndexedName(name);
  const searchKey = `${kind} ${term}`;
  const { limit, before } = readPage(page, searchKey);
  const ids = await findTerm(database, organizationId, kind, term);
  const flows = await findFlowsWithTerms(database, [ids], { before, limit });
  const rows = await readIndexedFlows(database, organizationId, flows.numbers);
  const count = includeCount === "true" ? await describeCount(database, ids[0]) : {};
  return {
    data: await toMatchedFlows(rows, (steps) => findStepsUsing(steps, kind, term)),
    pagination: { ...describePage(limit, flows.next, searchKey), ...count },
    narrowed: false,
    index: await describeIndex(database, organizationId),
  };
}

const cursorSchema = z.object({
  before: z.int().check(z.minimum(0), z.maximum(2 ** 31 - 1)),
  of: z.string(),
});

function readPage({ limit, cursor }: PageQuery, searchKey: string) {
  const place = cursor === undefined ? undefined : decodeCursor(cursorSchema, cursor);
  if (place && place.of !== searchKey)
    throw createInvalidCursorError("The cursor belongs to another search. Start again without it.");
  const flows = limit === undefined ? DEFAULT_FLOWS : Number(limit);
  return { limit: Math.min(STEP_INDEX_LIMITS.flowsPerPage, Math.max(1, flows)), before: place?.before };
}

function describePage(limit: number, next: number | undefined, searchKey: string) {
  const nextCursor = next === undefined ? null : encodeCursor({ before: next, of: searchKey });
  return { limit, hasMore: nextCursor !== null, nextCursor };
}

async function describeCount(database: Store["database"], termId: number | undefined) {
  if (termId === undefined) return { totalCount: 0 };
  const total = await countFlowsWithTerm(database, termId, MAX_COUNTED_MATCHES);
  return total === undefined ? { totalAbove: MAX_COUNTED_MATCHES } : { totalCount: total };
}

async function describeIndex(database: Store["database"], organizationId: string) {
  const state = await readStepIndexState(database, organizationId, MAX_COUNTED_PENDING_FLOWS);
  return { complete: state.pendingFlows === 0, ...state };
}

async function toMatchedFlows(
  rows: readonly IndexedFlowRow[],
  match: (steps: readonly IndexedStep[]) => readonly MatchedStep[],
): Promise<MatchedFlow[]> {
  const flows: MatchedFlow[] = [];
  for (const row of rows) {
    const steps = match(JSON.parse(row.steps) as readonly IndexedStep[]);
    flows.push({
      id: row.id,
      name: row.name,
      versionToken: computeFlowVersionToken(row),
      status: row.isPublished ? "active" : "draft",
      totalStepCount: row.totalStepCount,
      disabledStepCount: row.disabledStepCount,
      steps: steps.slice(0, STEP_INDEX_LIMITS.stepsPerFlow),
      matchedStepCount: steps.length,
    });
    if (row.steps.length > LONG_STEPS) await nextTurn();
  }
  return flows;
}

function toMatchedStep(step: IndexedStep, matches: StepMatch[]): MatchedStep {
  return { key: step.key, name: step.name, type: step.type, enabled: step.off !== true, matches };
}

function toStepMatch(step: IndexedStep, kind: StepMatch["kind"], name: string): StepMatch {
  if (kind !== "variable") return { kind, name };
  const isRead = step.reads?.includes(name) ?? false;
  const isSet = step.sets?.includes(name) ?? false;
  return { kind, name, access: isRead && isSet ? "both" : isSet ? "sets" : "reads" };
}

function findStepsUsing(
  steps: readonly IndexedStep[],
  kind: StepUseKind,
  name: string,
): readonly MatchedStep[] {
  return steps
    .filter((step) => listNamesByKind(step).some(([group, names]) => group === kind && names.includes(name)))
    .map((step) => toMatchedStep(step, [toStepMatch(step, kind, name)]));
}

/** Lists the steps that contain words of the query, beginning with those that contain the most. */
function findStepsWithWords(steps: readonly IndexedStep[], words: readonly string[]): readonly MatchedStep[] {
  const found: { readonly step: MatchedStep; readonly words: number }[] = [];
  for (const step of steps) {
    const names = [["name", [step.name]] as const, ...listNamesByKind(step)];
    const matches = new Map<string, StepMatch>();
    const matched = new Set<string>();
    for (const [kind, ofKind] of names) {
      for (const name of ofKind) {
        for (const word of words) {
          if (!hasWord(kind, name, word)) continue;
          matched.add(word);
          matches.set(`${kind} ${name}`, toStepMatch(step, kind, name));
        }
      }
    }
    if (matched.size > 0)
      found.push({ step: toMatchedStep(step, [...matches.values()]), words: matched.size });
  }
  return found.toSorted((a, b) => b.words - a.words).map(({ step }) => step);
}

/** Whether the name contains the word, by the rule of `findTermsContaining`. */
function hasWord(kind: StepMatch["kind"], name: string, word: string): boolean {
  const key = normalizeNameForSearch(name);
  if (hasTrigramForSearchIndex(word)) return key.includes(word);
  return kind === "name"
    ? splitIntoSearchWords(name).some((part) => part.startsWith(word))
    : key.startsWith(word);
}
