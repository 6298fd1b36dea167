import { describe, expect, it } from "vitest";
import { describeExceededStepLimit } from "#client/editor/actions/insert-steps.ts";
import {
  describeBatchProgress,
  describeBatchRecordSelection,
} from "#client/editor/runs/describe-batch-progress.ts";
import { formatFindMatchCount } from "#client/editor/find/create-find.ts";
import { describeExecutions } from "#client/features/environment/explain-usage-level.ts";
import { formatSecretCountsByState } from "#client/features/environment/secrets-section.tsx";
import { formatRecordNames } from "#client/features/records/delete-records.ts";
import { describePublishState, formatStepCount } from "#client/flow/publish-state.ts";
import { formatNameOrCountOfStepNodes } from "#core/commands/name-steps.ts";
import { describeLostVariableReads } from "#core/dataflow/describe-lost-variable-reads.ts";
import { describeChangeCounts } from "#core/difference/count-changes.ts";
import { describeBranchStepCounts } from "#core/document/branch-step-counts.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { buildStep } from "#core/testing/flow-builder.ts";

const documentOf = (count: number) =>
  parseFlowDocument({
    name: "F",
    flowSteps: Array.from({ length: count }, (_, index) => buildStep(`s${index}`, { name: `Step ${index}` })),
  });

const batch = (count: number) =>
  ({ recordType: null, totalRecords: count, processedRecords: count, failedRecords: 0 }) as never;

const many = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => item(index));

type CountMessage = readonly [
  name: string,
  describe: (count: number) => string | undefined,
  /** The messages for 0, 1, 2 and 1,000. */
  expected: readonly [string | undefined, string | undefined, string | undefined, string | undefined],
];

const MESSAGES: readonly CountMessage[] = [
  ["steps", (count) => formatStepCount(count), ["0 steps", "1 step", "2 steps", "1,000 steps"]],
  [
    "steps that are off",
    (count) => formatStepCount(1000, count),
    ["1,000 steps", "1,000 steps, 1 off", "1,000 steps, 2 off", "1,000 steps, 1,000 off"],
  ],
  [
    "unpublished changes",
    (count) => describePublishState("changed", 1, count),
    ["Unpublished changes", "1 unpublished change", "2 unpublished changes", "1,000 unpublished changes"],
  ],
  [
    "records of a run",
    (count) => describeBatchRecordSelection(batch(count)),
    ["0 selected records", "1 selected record", "2 selected records", "1,000 selected records"],
  ],
  [
    "progress of a run",
    (count) => describeBatchProgress({ ...(batch(count) as object), status: "completed" } as never, 0),
    ["0 completed", "1 completed", "2 completed", "1,000 completed"],
  ],
  [
    "matches",
    (count) => formatFindMatchCount({ matches: many(count, () => ({})) as never, hasMore: count === 1000 }),
    ["0", "1", "2", "1,000+"],
  ],
  [
    "executions",
    (count) => describeExecutions({ used: count, isUnlimited: false } as never),
    ["0 executions", "1 execution", "2 executions", "1,000 executions"],
  ],
  [
    "missing secrets",
    (count) =>
      formatSecretCountsByState(many(count, () => ({ name: "A", set: false, stepCount: 1 })) as never),
    ["", "1 missing", "2 missing", "1,000 missing"],
  ],
  [
    "records",
    (count) => formatRecordNames(many(count, () => ({ name: "Ada" })) as never),
    ["0 records", "“Ada”", "2 records", "1,000 records"],
  ],
  [
    "steps of a command",
    (count) => formatNameOrCountOfStepNodes(documentOf(count).steps),
    ["0 steps", "“Step 0”", "2 steps", "1,000 steps"],
  ],
  [
    "edits",
    (count) => describeChangeCounts({ added: 0, removed: 0, moved: 0, switched: 0, edited: count }),
    [undefined, "1 edited", "2 edited", "1,000 edited"],
  ],
  [
    "steps of a branch",
    (count) => {
      const config = { condition: "true", trueSteps: many(count, (index) => buildStep(`t${index}`)) };
      const [node] = parseFlowDocument({
        name: "F",
        flowSteps: [buildStep("c", { type: "conditional", config })],
      }).steps;
      return node && describeBranchStepCounts(node);
    },
    ["then 0 · else 0", "then 1 · else 0", "then 2 · else 0", "then 1,000 · else 0"],
  ],
  [
    "steps that lose a variable",
    (count) =>
      describeLostVariableReads(
        documentOf(count),
        many(count, (index) => ({ step: `s${index}`, reference: { name: "x" } })) as never,
      ),
    [
      "",
      "“Step 0” uses “x”, which is no longer set.",
      "2 steps use “x”, which is no longer set.",
      "1,000 steps use “x”, which is no longer set.",
    ],
  ],
  [
    "steps that do not fit",
    (count) => describeExceededStepLimit(documentOf(2), count),
    [
      "Flows are limited to 2,000 steps. This flow has 2, so 0 more don’t fit.",
      "Flows are limited to 2,000 steps. This flow has 2, so 1 more doesn’t fit.",
      "Flows are limited to 2,000 steps. This flow has 2, so 2 more don’t fit.",
      "Flows are limited to 2,000 steps. This flow has 2, so 1,000 more don’t fit.",
    ],
  ],
];

describe.each(MESSAGES)("the message about %s", (_name, format, expected) => {
  it.each([0, 1, 2, 1000].map((count, index) => [count, expected[index]] as const))(
    "has the correct wording for a count of %i",
    (count, message) => {
      expect(format(count)).toBe(message);
    },
  );
});
