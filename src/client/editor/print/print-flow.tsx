import { Printer, X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { findStepType } from "#contract/find-step-type.ts";
import { findPathOfSetFieldInStepConfig } from "#contract/step-descriptions/find-field-path.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { listPathsWithoutFormField } from "#contract/step-descriptions/paths-without-form-field.ts";
import type { StepFieldControlDescription } from "#contract/step-description.ts";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import { countSteps } from "#core/document/step-list.ts";
import { hasVisibleText } from "#core/text/quote-name.ts";
import {
  getOutputVariable,
  getStepName,
  getStepType,
  isStepEnabled,
  getStepCondition,
  getStepConfig,
} from "#core/document/step.ts";
import { type JsonValue, getJsonAtPath, isJsonObject } from "#core/json/json.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { FlowPreviewLine } from "#client/flow/flow-line.tsx";
import { StepNode as StepIconNode } from "#client/flow/step-node.tsx";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { overlayContentProps } from "#client/ui/overlays/overlay-content-props.ts";

type PrintFlowProps = {
  /** Whether the print dialog of the browser opens at once. */
  readonly isPrinting: boolean;
  readonly onClose: () => void;
};

/** All steps in light colors: the list renders only those in view, and `styles.css` hides the page in print. */
export function PrintFlow({ isPrinting, onClose }: PrintFlowProps) {
  const openFlow = useOpenFlow();
  // Reads the flow only once: a remote update must not change the preview while it is open.
  const [{ document, edits, now }] = useState(() => {
    openFlow.flush();
    const state = openFlow.getState();
    return { document: state.history.document, edits: countUnsavedEdits(state), now: new Date() };
  });
  const { focusedStep, focusStep } = useEditor();
  const [{ opener, step }] = useState(() => ({ opener: window.document.activeElement, step: focusedStep() }));
  useEffect(() => {
    if (isPrinting) window.print();
  }, [isPrinting]);
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Content
          {...overlayContentProps}
          data-print-paper=""
          data-theme="light"
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.target instanceof Element)
              event.target.querySelector<HTMLElement>("[data-autofocus]")?.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
            // The opener may be gone: in print, the step list has no height and unmounts its rows.
            else if (step !== undefined) focusStep(step);
          }}
          className="fixed inset-0 z-50 overflow-y-auto bg-canvas text-ink outline-none print:static print:overflow-visible print:bg-transparent"
        >
          <header className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-raised px-4 py-2 print:hidden">
            <RadixDialog.Title className="min-w-0 flex-1 truncate font-semibold">
              Print flow
            </RadixDialog.Title>
            <Button icon={Printer} variant="primary" data-autofocus="" onClick={() => window.print()}>
              Print
            </Button>
            <IconButton label="Close" icon={X} onClick={onClose} />
          </header>
          <Paper>
            <FlowHead document={document} edits={edits} now={now} />
            <ol aria-label="Steps" className="flex flex-col gap-4">
              <StepEntries steps={document.steps} prefix="" />
            </ol>
          </Paper>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function Paper({ children }: { readonly children: ReactNode }) {
  return (
    <article className="mx-auto my-6 flex max-w-[52rem] flex-col gap-6 rounded-md border border-line bg-surface p-4 sm:p-10 max-sm:my-0 max-sm:rounded-none max-sm:border-0 print:m-0 print:max-w-none print:rounded-none print:border-0 print:p-0">
      {children}
    </article>
  );
}

type FlowHeadProps = {
  readonly document: FlowDocument;
  readonly edits: number;
  readonly now: Date;
};

function FlowHead({ document, edits, now }: FlowHeadProps) {
  const { name, description, steps } = document;
  const inputs = useFlowAnalysis(({ analysis }) => analysis?.inputs);
  const nodes = useMemo(
    () => steps.map((node) => ({ type: getStepType(node), enabled: isStepEnabled(node) })),
    [steps],
  );
  const facts = [
    formatDocumentStepCount(document),
    edits > 0 && formatCount(edits, "unsaved change"),
    now.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
  ].filter((fact) => typeof fact === "string");
  return (
    <header className="flex flex-col gap-2">
      <h1 dir="auto" className="text-xl font-semibold tracking-tight break-words">
        {hasVisibleText(name) ? name : "Untitled"}
      </h1>
      {description && (
        <p dir="auto" className="break-words whitespace-pre-wrap">
          {description}
        </p>
      )}
      <p className="text-sm text-muted">{facts.join(" · ")}</p>
      <div className="overflow-hidden print:[print-color-adjust:exact]">
        <FlowPreviewLine
          nodes={nodes}
          total={steps.length}
          nested={countSteps(steps).total - steps.length}
          max={36}
        />
      </div>
      {inputs && inputs.length > 0 && (
        <p className="text-sm">
          <span className="text-muted">Inputs: </span>
          <span className="font-mono break-words">{inputs.map((input) => input.name).join(", ")}</span>
        </p>
      )}
    </header>
  );
}

type StepEntriesProps = { readonly steps: readonly StepNode[]; readonly prefix: string };

function StepEntries({ steps, prefix }: StepEntriesProps) {
  return steps.map((node, index) => (
    <StepEntry key={node.key} node={node} number={`${prefix}${index + 1}`} />
  ));
}

/** The letters distinguish the steps of both branches by their numbers: 3a.1 and 3b.1. */
const BRANCHES = [
  { branch: "trueSteps", word: "then", letter: "a" },
  { branch: "falseSteps", word: "else", letter: "b" },
] as const;

function StepEntry({ node, number }: { readonly node: StepNode; readonly number: string }) {
  const [type, enabled] = [getStepType(node), isStepEnabled(node)];
  const output = getOutputVariable(node);
  const settings = listStepSettings(node);
  return (
    // A step without branches is not divided between two pages, unless it is longer than a page.
    <li
      className={joinClasses(
        "flex flex-col gap-2 [content-visibility:auto] [contain-intrinsic-size:auto_10rem] print:[content-visibility:visible]",
        !node.branches && "print:break-inside-avoid",
      )}
    >
      <div className="flex items-baseline gap-3 border-t border-line-strong pt-2 print:break-after-avoid">
        <span className="min-w-6 shrink-0 text-sm text-muted tabular-nums">{number}</span>
        <StepIconNode
          type={type}
          enabled={enabled}
          size="sm"
          className="self-center print:[print-color-adjust:exact]"
        />
        <h2
          dir="auto"
          className={joinClasses("min-w-0 flex-1 font-semibold break-words", !enabled && "text-muted")}
        >
          {getStepName(node)}
        </h2>
        <span className="max-w-2/5 shrink-0 text-right text-sm [overflow-wrap:anywhere] text-muted">
          {findStepType(type)?.label ?? type}
          {!enabled && ", off"}
        </span>
      </div>
      {settings.length > 0 && (
        <dl className="ml-9 grid grid-cols-[minmax(6rem,9rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm max-sm:ml-0 max-sm:grid-cols-1">
          {settings.map(({ label, text, isCode }, index) => (
            <div key={index} className="contents">
              <dt className="break-words text-muted">{label}</dt>
              <dd
                dir="auto"
                className={joinClasses(
                  "min-w-0 text-left whitespace-pre-wrap [overflow-wrap:anywhere] max-sm:-mt-1 max-sm:pb-1",
                  isCode && "font-mono text-xs/5",
                )}
              >
                {text}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {settings.length === 0 && output === undefined && !node.branches && (
        <p className="ml-9 text-sm text-muted max-sm:ml-0">No settings.</p>
      )}
      {BRANCHES.map(({ branch, word, letter }) => {
        const nested = node.branches?.[branch];
        if (!nested || nested.length === 0) return null;
        return (
          <div key={branch} className="ml-4 border-l-2 border-line pl-4 sm:ml-9">
            <h3 className="pb-2 text-sm font-semibold text-muted">
              {number}
              {letter} {word}
            </h3>
            <ol aria-label={word} className="flex flex-col gap-4">
              <StepEntries steps={nested} prefix={`${number}${letter}.`} />
            </ol>
          </div>
        );
      })}
    </li>
  );
}

/** A setting of a step as it is printed. `isCode`: printed in a fixed-width font. */
interface StepSetting {
  readonly label: string;
  readonly text: string;
  readonly isCode: boolean;
}

const PROSE: ReadonlySet<StepFieldControlDescription["type"]> = new Set([
  "text",
  "prompt",
  "choice",
  "number",
]);

/** Fields of a step that are printed in its heading, or that are of no interest on paper. */
const IN_HEADING = new Set(["id", "type", "name", "order", "enabled", "when", "config"]);

/** With a value, without nested steps. Includes settings that the editor does not know. */
export function listStepSettings(node: StepNode): readonly StepSetting[] {
  const config = getStepConfig(node);
  const description = findStepDescription(getStepType(node));
  const when = getStepCondition(node);
  const settings: StepSetting[] = when === "" ? [] : [{ label: "Run if", text: when, isCode: true }];
  const add = (label: string, value: JsonValue | undefined, isCode: boolean) => {
    if (value === undefined || value === null || value === "") return;
    settings.push({ label, ...formatValue(value, isCode) });
  };
  for (const field of description?.fields ?? []) {
    const path = findPathOfSetFieldInStepConfig(field, config);
    if (path) add(field.label, getJsonAtPath(config, path), !PROSE.has(field.control.type));
  }
  if (description) {
    if (!description.lacksErrorHandling) add("Error handling", config["errorHandling"], true);
    for (const path of listPathsWithoutFormField(description, config))
      add(path.join("."), getJsonAtPath(config, path), true);
  } else {
    for (const [key, value] of Object.entries(config)) add(key, value, true);
  }
  if (node.fields["config"] !== undefined && !isJsonObject(node.fields["config"]))
    add("config", node.fields["config"], true);
  for (const [key, value] of Object.entries(node.fields)) {
    if (!IN_HEADING.has(key)) add(key, value, true);
  }
  return settings;
}

function formatValue(value: NonNullable<JsonValue>, isCode: boolean): Omit<StepSetting, "label"> {
  if (typeof value === "string") return { text: value, isCode };
  if (typeof value === "boolean") return { text: value ? "On" : "Off", isCode: false };
  if (typeof value === "number") return { text: String(value), isCode: false };
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const isFlat = isJsonObject(value) && entries.length > 0 && entries.length === Object.keys(value).length;
  const text = isFlat
    ? entries.map(([key, inside]) => `${key}: ${inside}`).join("\n")
    : JSON.stringify(value, null, 2);
  return { text, isCode: true };
}
