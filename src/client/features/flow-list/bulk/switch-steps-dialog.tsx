import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName, getStepType, isStepEnabled } from "#core/document/step.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import {
  BulkPreviewList,
  BulkReadProgress,
  type PreviewedItem,
  SkippedFlows,
} from "#client/flow/bulk/bulk-preview.tsx";
import {
  INEXACT_NUMBER_REASON,
  type PlannedFlowEdit,
  type ReadFlow,
  planFlowEdit,
  readFlowForEdit,
  saveFlowEdit,
} from "#client/flow/bulk/flow-edit.ts";
import { listFinished, useBulkRun } from "#client/flow/bulk/use-bulk-run.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { UnresolvedProblemList } from "#client/flow/publish/unresolved-problem-list.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { RunOnMount } from "#client/ui/overlays/dialog.tsx";
import type { BulkFlowDialogProps } from "./bulk-actions.tsx";

interface ChosenSteps {
  readonly by: "type" | "name";
  readonly value: string;
  readonly isOn: boolean;
}

type PlannedSwitch = PlannedFlowEdit & PreviewedItem;
type SwitchResult = PlannedSwitch | { readonly reason: string };

const NO_MATCH = "No step to switch.";
const words = { verb: "Change", running: "Changing", done: "changed" };

/** Switches the steps of a type, or with a name, on or off in many flows, after a preview of what would break. */
export function SwitchStepsDialog({ flows, onClose, returnFocus }: BulkFlowDialogProps) {
  const client = useQueryClient();
  const { stopOnUnmount, ...reading } = useBulkRun<FlowListItem, ReadFlow>();
  const { stopOnUnmount: stopPlanning, ...planning } = useBulkRun<FlowListItem, SwitchResult>();
  const [chosen, setChosen] = useState<ChosenSteps>({ by: "type", value: "", isOn: false });
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set());
  const isReading = reading.state.status !== "ended";
  const read = useMemo(() => listFinished(reading.state), [reading.state]);
  const options = useMemo(() => listStepOptions(read.map(({ result }) => result)), [read]);
  const readOptions = { perform: readFlowForEdit, atOnce: 4 };

  const choose = (part: Partial<ChosenSteps>) => {
    const next = { ...chosen, ...(part.by && part.by !== chosen.by && { value: "" }), ...part };
    setChosen(next);
    setExcluded(new Set());
    if (next.value === "") return planning.reset();
    const readResults = new Map(read.map(({ item, result }) => [item.id, result]));
    planning.start(
      read.map(({ item }) => item),
      {
        perform: async ({ id }) => planSwitch(readResults.get(id), next),
        atOnce: 1,
        onEnd: (ended) => {
          const count = listFinished(ended).filter(({ result }) => "target" in result).length;
          announceToScreenReaders(`${formatCount(count, "flow")} would change.`);
        },
      },
    );
  };

  const isPlanned = planning.state.status === "ended";
  const planned = isPlanned ? listFinished(planning.state) : [];
  const plans = planned.flatMap(({ result }) => ("target" in result ? result : []));
  const items = plans.filter(({ id }) => !excluded.has(id));
  const unchanged = planned.flatMap(({ item, result }) =>
    "reason" in result ? { item, reason: result.reason } : [],
  );
  const leftOut = plans.filter(({ id }) => excluded.has(id));

  return (
    <BulkDialog
      title={`Switch steps in ${formatCount(flows.length, "flow")}`}
      description="Changes the saved drafts. Nothing is published."
      size="xl"
      words={words}
      items={items}
      onClose={onClose}
      returnFocus={returnFocus}
      skipped={[...unchanged, ...leftOut.map((item) => ({ item, reason: "Skipped." }))]}
      blocked={isReading ? "Loading the flows…" : explainBlocked(chosen, isPlanned, items)}
      perform={saveFlowEdit}
      onEnd={() => void client.invalidateQueries({ queryKey: flowQueries.all() })}
      onReview={(unfinished) => {
        const ids = new Set(unfinished.map(({ id }) => id));
        planning.reset();
        setChosen({ ...chosen, value: "" });
        reading.start(
          flows.filter(({ id }) => ids.has(id)),
          {
            ...readOptions,
          },
        );
      }}
    >
      <RunOnMount
        run={() => {
          if (reading.state.status === "idle") reading.start(flows, readOptions);
        }}
      />
      <div ref={stopOnUnmount} className="flex flex-col gap-3">
        <BulkReadProgress
          label="Loading the flows"
          state={reading.state}
          onRetry={() => reading.retry(readOptions)}
        />
        {!isReading && (
          <div className="grid gap-3 sm:grid-cols-3">
            <Select
              label="Choose steps by"
              value={chosen.by}
              options={[
                { value: "type", label: "Type" },
                { value: "name", label: "Name" },
              ]}
              onChange={({ target }) => choose({ by: target.value === "name" ? "name" : "type" })}
            />
            <Select
              label={chosen.by === "type" ? "Step type" : "Step name"}
              value={chosen.value}
              options={[{ value: "", label: "Choose…" }, ...options[chosen.by]]}
              onChange={({ target }) => choose({ value: target.value })}
            />
            <Select
              label="Switch"
              value={chosen.isOn ? "on" : "off"}
              options={[
                { value: "off", label: "Off" },
                { value: "on", label: "On" },
              ]}
              onChange={({ target }) => choose({ isOn: target.value === "on" })}
            />
          </div>
        )}
        {!isReading && chosen.value !== "" && !isPlanned && (
          <BulkReadProgress
            label="Checking what would change"
            state={planning.state}
            onRetry={() => choose({})}
          />
        )}
        <div ref={stopPlanning} className="contents">
          <SkippedFlows skipped={unchanged} />
        </div>
        {plans.length > 0 && (
          <BulkPreviewList label="Changes" items={plans} excluded={excluded} onExclude={setExcluded}>
            {({ name, lines, problems }) => (
              <>
                <ChangeList label={`Changes of ${quoteName(name)}`} lines={lines} />
                {problems.length > 0 && (
                  <UnresolvedProblemList label={`New problems of ${quoteName(name)}`} problems={problems} />
                )}
              </>
            )}
          </BulkPreviewList>
        )}
      </div>
    </BulkDialog>
  );
}

function explainBlocked(
  { value }: ChosenSteps,
  isPlanned: boolean,
  items: readonly PlannedSwitch[],
): string | undefined {
  if (value === "") return "Choose which steps to switch.";
  if (!isPlanned) return "Checking what would change…";
  return items.length === 0 ? "No flow would change." : undefined;
}

/** Lists the types and names of all steps, with the number of steps, most first. */
function listStepOptions(flows: readonly ReadFlow[]) {
  const counts = { type: new Map<string, number>(), name: new Map<string, number>() };
  const add = (map: Map<string, number>, value: string) => map.set(value, (map.get(value) ?? 0) + 1);
  for (const { document } of flows) {
    for (const node of document ? listSteps(document) : []) {
      add(counts.type, getStepType(node));
      add(counts.name, getStepName(node));
    }
  }
  const toOptions = (map: ReadonlyMap<string, number>, labelOf: (value: string) => string) =>
    [...map]
      .toSorted(([a, aCount], [b, bCount]) => bCount - aCount || a.localeCompare(b))
      .map(([value, count]) => ({ value, label: `${labelOf(value)} (${formatNumber(count)})` }));
  return {
    type: toOptions(counts.type, (type) => findStepType(type)?.label ?? type),
    name: toOptions(counts.name, (name) => name),
  };
}

function listSteps(document: FlowDocument): readonly StepNode[] {
  return [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
}

/** Plans the switch in one flow. Yields to the event loop first, so that the page stays responsive. */
async function planSwitch(
  read: ReadFlow | undefined,
  { by, value, isOn }: ChosenSteps,
): Promise<SwitchResult> {
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
  const before = read?.document;
  if (!before) return { reason: INEXACT_NUMBER_REASON };
  const valueOf = by === "type" ? getStepType : getStepName;
  const keys = listSteps(before)
    .filter((node) => valueOf(node) === value && isStepEnabled(node) !== isOn)
    .map(({ key }) => key);
  const after = applyEditCommand(before, { type: "setEnabled", keys, enabled: isOn });
  const plan = keys.length > 0 && (await planFlowEdit(read, before, after));
  if (!plan) return { reason: NO_MATCH };
  const { problems } = plan;
  const steps = formatCount(keys.length, "step");
  return {
    ...plan,
    summary: problems.length > 0 ? `${steps}, ${formatCount(problems.length, "new problem")}` : steps,
    isDangerous: problems.length > 0,
  };
}
