import { FLOW_LIMITS } from "#contract/flow.ts";
import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import {
  type BackgroundTextParser,
  createBackgroundTextParser,
} from "#server/flows/text-jobs/background-text-parser.ts";
import { ThreadFailure } from "#server/threads/thread-pool.ts";
import { listStepsWithPaths } from "#server/flows/list-step-errors.ts";
import { ContentCache } from "./content-cache.ts";
import { type PreparedStepContents, describeContent, listStepNodes } from "./index-entry.ts";

/** Milliseconds after which a flow is indexed without the names in its texts, so that a save does not wait for them. */
const PARSE_MS = 3000;
const QUEUE = 32;

export function createIndexTextParser(): BackgroundTextParser {
  return createBackgroundTextParser({ milliseconds: PARSE_MS, queue: QUEUE });
}

const cache = new ContentCache();

/** Before the transaction, which must not wait for a thread. Never rejects: a write does not need the index. */
export async function prepareStepContents(
  parser: BackgroundTextParser,
  steps: readonly JsonObject[],
): Promise<PreparedStepContents> {
  if (!areIndexable(steps)) return "later";
  const nodes = listStepNodes(steps);
  const texts = nodes.map(describeOwnText);
  const contents = texts.map((text) => cache.find(text));
  const missing = [...contents.keys()].filter((at) => contents[at] === undefined);
  if (missing.length > 0) {
    const stepsText = `[${missing.map((at) => texts[at]).join(",")}]`;
    try {
      const names = await parser.read("readTextNames", stepsText.length, { stepsText });
      for (const [index, at] of missing.entries()) {
        const [node, text, own] = [nodes[at], texts[at], names[index]];
        if (!node || text === undefined) continue;
        contents[at] = describeContent(node, own);
        cache.add(text, contents[at]);
      }
    } catch (error) {
      const isSlow = error instanceof ThreadFailure && (error.kind === "slow" || error.kind === "memory");
      return isSlow ? "too-slow" : "later";
    }
  }
  return contents.filter((content) => content !== undefined);
}

/** All that the index reads of a step, which is neither its id and place nor its nested steps. */
function describeOwnText({ fields, branches }: StepNode): string {
  const { type, name, enabled, when, config } = fields;
  const ownConfig = branches && isJsonObject(config) ? { ...config, ...NO_BRANCHES } : config;
  return JSON.stringify({ type, name, enabled, when, config: ownConfig });
}

const NO_BRANCHES = Object.fromEntries(BRANCH_NAMES.map((branch) => [branch, undefined]));

/** Whether the steps respect the limits of a flow. Other steps are refused by the write itself. */
function areIndexable(steps: readonly JsonObject[]): boolean {
  const errors: CodedErrorDetail[] = [];
  const placed = listStepsWithPaths(steps, [], errors);
  return (
    errors.length === 0 &&
    placed.length <= FLOW_LIMITS.steps &&
    placed.every(({ step }) => isJsonObject(step))
  );
}
