import { type ReactNode, useId, useMemo } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { useEditor, useFlowAnalysis } from "#client/features/flow-editor/editor-context.tsx";
import { type StepLink, findStepLinks } from "#client/features/flow-editor/problems/step-links.ts";
import { focusHeadingOf } from "./focus-field.ts";
import { useStepForm } from "./step-form-context.ts";

/** What the step reads and who reads it, each a way there. At the end of the form, where it moves no field as it changes. */
export function StepLinks() {
  const { step } = useStepForm();
  const analysis = useFlowAnalysis((state) => state.analysis);
  const links = useMemo(() => analysis && findStepLinks(analysis, step.key), [analysis, step.key]);
  if (!links || links.reads.length + links.readBy.length === 0) return null;
  return (
    <div className="mt-2 flex flex-col gap-3 border-t border-line pt-4">
      <Links title="Reads" links={links.reads} />
      <Links title="Read by" links={links.readBy} />
    </div>
  );
}

type LinksProps = { readonly title: string; readonly links: readonly StepLink[] };

function Links({ title, links }: LinksProps) {
  const id = useId();
  if (links.length === 0) return null;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-1">
      <h3 id={id} className="text-sm font-medium">
        {title}
      </h3>
      <ul aria-labelledby={id} className="-mx-1.5 flex flex-col">
        {links.map((link) => (
          <li key={`${link.step ?? ""} ${link.name}`}>
            {link.step === undefined ? (
              <LinkLine link={link} station={<span className="size-5" />} name="from the run" isCalm />
            ) : (
              <StepButton link={link} step={link.step} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function StepButton({ link, step }: { readonly link: StepLink; readonly step: StepKey }) {
  const { actions, list } = useEditor();
  const node = useOpenFlowState(({ history }) => findStep(history.document, step));
  if (!node) return null;
  const go = () => {
    actions.inspect(step);
    list.current?.showStep(step);
    focusHeadingOf(step);
  };
  return (
    <button
      type="button"
      onClick={go}
      className="w-full rounded-md text-left focus-inset hover:bg-hover pointer-coarse:min-h-10"
    >
      <LinkLine
        link={link}
        station={<Station type={stepType(node)} enabled={isEnabled(node)} size="sm" />}
        name={stepName(node)}
      />
    </button>
  );
}

type LinkLineProps = {
  readonly link: StepLink;
  readonly station: ReactNode;
  readonly name: string;
  readonly isCalm?: boolean;
};

function LinkLine({ link: { name: variable, state }, station, name, isCalm = false }: LinkLineProps) {
  return (
    <span className="flex min-h-7 min-w-0 items-center gap-2 px-1.5 text-sm">
      {station}
      <span dir="auto" className={isCalm ? "text-muted" : "min-w-0 truncate"}>
        {name}
      </span>
      <Chip text={variable} className="ml-auto max-w-[50%] shrink-0" />
      {state === "maybe" && <span className="shrink-0 text-xs text-muted">maybe</span>}
      {state === "unset" && <span className="shrink-0 text-xs text-danger">not set</span>}
    </span>
  );
}
