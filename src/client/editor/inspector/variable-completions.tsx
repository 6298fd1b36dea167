import { quoteName } from "#core/text/quote-name.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useMemo } from "react";
import type { VariableNameExplanation } from "#core/dataflow/explain-name.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { type JsonPath, getJsonAtPath, isSameJsonPath } from "#core/json/json.ts";
import { PLATFORM_VARIABLES, findAvailableVariables } from "#core/references/available-variables.ts";
import type { VariableWithStateAtStep } from "#core/dataflow/list-variables.ts";
import { pageStepTypes } from "#client/document/analysis/page-step-types.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName, isStepEnabled, getStepType } from "#core/document/step.ts";
import { serverCapabilityQueries, offersFeature } from "#client/data/queries/capability-queries.ts";
import type { VariableCompletion } from "#client/ui/code/variable-completion.ts";
import type { VariableHoverCardSource } from "#client/ui/code/use-variable-hover-cards.tsx";
import {
  createVariableJsonShapeLookup,
  formatVariableJsonShape,
  createMemberCompletions,
} from "#client/editor/test-run/variable-shapes.ts";
import { openRenameEverywhereDialog } from "#client/editor/actions/rename.ts";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import {
  type StepVariableDependency,
  findStepDependencies,
} from "#client/editor/problems/step-dependencies.ts";
import { focusInspectorHeadingOfStep } from "./focus-field.ts";
import { useStepForm } from "./use-step-field.tsx";

export function useVariableTooltipSource(key: StepKey): (at: JsonPath) => VariableHoverCardSource {
  const editor = useEditor();
  const { openFlow, analysis } = editor;
  return (at) => ({
    find: (text, offset) => {
      const now = analysis.now();
      const node = findStep(openFlow.getState().history.document, key);
      // Ignores a text that is still pending: the offsets of the analysis refer to the text in the flow.
      if (!now || !node || getJsonAtPath(node.fields, at) !== text) return undefined;
      return now.dataflow
        .readsIn(node)
        .find(
          (reference) =>
            isSameJsonPath(reference.at, at) && reference.from <= offset && offset <= reference.to,
        );
    },
    describe: (name, close) => <NameCard reader={key} name={name} close={close} />,
    rename: (name) => openRenameEverywhereDialog(editor, name),
  });
}

/**
 * Lists variables for code completion: available ones nearest first, then inputs that other steps read, then system
 * variables, then unavailable ones with the reason. Until the analysis is loaded, lists the outputs of the earlier steps.
 */
export function useVariableCompletions(key: StepKey): () => readonly VariableCompletion[] {
  const editor = useEditor();
  const { openFlow, analysis } = editor;
  const client = useQueryClient();
  return () => {
    const shapes = createVariableJsonShapeLookup(editor, client);
    const { document } = openFlow.getState().history;
    const variables = analysis.now()?.dataflow.listVariables(document, key);
    const own = variables
      ? variables.map((variable) => ({
          ...describeVariable(document, variable),
          members: createMemberCompletions(shapes.ofStep(document, variable.setBy[0], variable.name)),
        }))
      : findAvailableVariables(document, key, pageStepTypes).map(({ name, setBy }) => ({
          label: name,
          detail: describeSetter(document, setBy),
          members: createMemberCompletions(shapes.ofStep(document, setBy, name)),
        }));
    const names = new Set(own.map(({ label }) => label));
    const system = PLATFORM_VARIABLES.filter((name) => !names.has(name)).map((label) => ({
      label,
      detail: `built-in: ${describePlatformVariable(label)}`,
      members: createMemberCompletions(shapes.ofPlatform(label)),
    }));
    const isAvailable = ({ isUnavailable }: VariableCompletion) => !isUnavailable;
    return [...own.filter(isAvailable), ...system, ...own.filter((variable) => !isAvailable(variable))];
  };
}

function describeVariable(
  document: FlowDocument,
  { name, state, setBy, reason, why }: VariableWithStateAtStep,
): VariableCompletion {
  switch (state) {
    case "surely":
      return { label: name, detail: describeSetter(document, setBy[0]) };
    case "maybe":
      return { label: name, detail: `maybe, ${describeSetter(document, setBy[0])}`, info: why };
    case "input":
      return { label: name, detail: "run input" };
    case "unset":
      return { label: name, detail: why ?? "not set here", info: reason, isUnavailable: true };
  }
}

function describePlatformVariable(name: string): string {
  switch (name) {
    case "_record":
      return "record of the run";
    case "_flow":
      return "this flow";
    case "_execution":
      return "this run";
    case "_user":
      return "user who runs it";
    case "_agent":
      return "agent that runs it";
    case "_now":
      return "date and time";
    case "messages":
      return "conversation";
    default:
      return "last user message";
  }
}

function describeSetter(document: FlowDocument, key: StepKey | undefined): string {
  const setter = key === undefined ? undefined : findStep(document, key);
  return setter ? `from ${quoteName(getStepName(setter))}` : "from an earlier step";
}

type NameCardProps = {
  readonly reader: StepKey;
  readonly name: string;
  readonly close: () => void;
};

const MOST_SETTERS = 3;

function NameCard({ reader, name, close }: NameCardProps) {
  const editor = useEditor();
  const { openFlow, analysis, list } = editor;
  const client = useQueryClient();
  const canSearchSteps = offersFeature(
    client.getQueryData(serverCapabilityQueries.current().queryKey),
    "stepSearch",
  );
  const { history, viewOnlyReason } = openFlow.getState();
  const { document } = history;
  const meaning = analysis.now()?.dataflow.explainName(document, reader, name);
  if (!meaning) return null;
  const setters = "by" in meaning ? meaning.by.slice(0, MOST_SETTERS) : [];
  const shapes = createVariableJsonShapeLookup(editor, client);
  const seen = setters[0] === undefined ? shapes.ofPlatform(name) : shapes.ofStep(document, setters[0], name);
  const more = "by" in meaning ? meaning.by.length - setters.length : 0;
  const nameOf = (key: StepKey) => {
    const node = findStep(document, key);
    return node ? getStepName(node) : "A step";
  };

  const show = (key: StepKey) => {
    close();
    editor.inspect(key);
    list.current?.showStep(key);
    focusInspectorHeadingOfStep(key);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <code className="font-mono text-xs font-semibold break-all">{name}</code>
      <p className="break-words text-muted">{describeMeaning(meaning)}</p>
      {setters.length > 0 && (
        <ul className="flex flex-col items-start gap-1">
          {setters.map((key) => (
            <li key={key} className="max-w-full">
              <button
                type="button"
                dir="auto"
                onClick={() => show(key)}
                className="min-h-6 max-w-full truncate rounded-sm font-medium text-accent hover:underline"
              >
                {nameOf(key)}
              </button>
            </li>
          ))}
          {more > 0 && <li className="text-muted">{`and ${more} more`}</li>}
        </ul>
      )}
      {seen && (
        <p className="break-words text-muted">
          {meaning.type === "platform" ? "Value" : "Last run"}: {formatVariableJsonShape(seen)}
        </p>
      )}
      {meaning.type === "set" && meaning.reason !== undefined && (
        <p className="break-words text-warning">{`May not be set here: ${meaning.reason}.`}</p>
      )}
      {meaning.type !== "platform" && (
        <div className="mt-1 flex flex-wrap gap-1.5">
          <Button
            size="sm"
            disabledReason={viewOnlyReason}
            onClick={() => {
              close();
              openRenameEverywhereDialog(editor, name);
            }}
          >
            Rename everywhere…
          </Button>
          {canSearchSteps && (
            <Button
              size="sm"
              onClick={() => {
                close();
                editor.openDialog({ type: "stepUses", kind: "variable", name });
              }}
            >
              Uses in all flows…
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function describeMeaning(meaning: VariableNameExplanation): string {
  switch (meaning.type) {
    case "platform":
      return "Built-in variable.";
    case "input":
      return "Input supplied by the run.";
    case "unset":
      return `Not set here: ${meaning.reason}.`;
    case "set":
      return meaning.isStepName ? "Result of" : "Set by";
  }
}

/**
 * Links to the steps that this step reads and to the steps that read it. Rendered last in the inspector, because a
 * change of the list shifts the content below.
 */
export function StepDependencyList() {
  const { step } = useStepForm();
  const analysis = useFlowAnalysis((state) => state.analysis);
  const links = useMemo(() => analysis && findStepDependencies(analysis, step.key), [analysis, step.key]);
  if (!links || links.reads.length + links.readBy.length === 0) return null;
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      <Links title="Reads" links={links.reads} />
      <Links title="Read by" links={links.readBy} />
    </div>
  );
}

type LinksProps = { readonly title: string; readonly links: readonly StepVariableDependency[] };

function Links({ title, links }: LinksProps) {
  const id = useId();
  if (links.length === 0) return null;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-1">
      <h3 id={id} className="text-sm font-semibold">
        {title}
      </h3>
      <ul aria-labelledby={id} className="-mx-1.5 flex flex-col">
        {links.map((link) => (
          <li key={`${link.step ?? ""} ${link.name}`}>
            {link.step === undefined ? (
              <LinkLine
                link={link}
                linkedStep={<span className="size-5" />}
                name="run input: no step sets it"
                isCalm
              />
            ) : (
              <StepButton link={link} step={link.step} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function StepButton({ link, step }: { readonly link: StepVariableDependency; readonly step: StepKey }) {
  const { inspect, list } = useEditor();
  const node = useOpenFlowState(({ history }) => findStep(history.document, step));
  if (!node) return null;
  const showStep = () => {
    inspect(step);
    list.current?.showStep(step);
    focusInspectorHeadingOfStep(step);
  };
  return (
    <button
      type="button"
      onClick={showStep}
      className="w-full rounded-md text-left focus-inset hover:bg-hover pointer-coarse:min-h-10"
    >
      <LinkLine
        link={link}
        linkedStep={<FlowNode type={getStepType(node)} enabled={isStepEnabled(node)} size="sm" />}
        name={getStepName(node)}
      />
    </button>
  );
}

type LinkLineProps = {
  readonly link: StepVariableDependency;
  readonly linkedStep: ReactNode;
  readonly name: string;
  readonly isCalm?: boolean;
};

function LinkLine({ link: { name: variable, state }, linkedStep, name, isCalm = false }: LinkLineProps) {
  return (
    <span className="flex min-h-7 min-w-0 items-center gap-2 px-1.5 text-sm">
      {linkedStep}
      <span dir="auto" className={isCalm ? "text-muted" : "min-w-0 truncate"}>
        {name}
      </span>
      <CodeChip text={variable} className="ml-auto max-w-[50%] shrink-0" />
      {state === "maybe" && <span className="shrink-0 text-xs text-muted">maybe</span>}
      {state === "unset" && <span className="shrink-0 text-xs text-danger">not set</span>}
    </span>
  );
}
