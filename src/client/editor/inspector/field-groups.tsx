import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useStore } from "zustand";
import type {
  StepFormFieldGroupTitle,
  GroupedFieldDescription,
  StepTypeDescription,
} from "#contract/step-description.ts";
import { findFieldPathInStepConfig } from "#contract/step-descriptions/find-field-path.ts";
import { getStepConfig } from "#core/document/step.ts";
import { type JsonPath, getJsonAtPath } from "#core/json/json.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { buildConfigFieldId } from "./config-step-field.ts";
import { isProblemAtOrBelowPath } from "./field-problems.tsx";
import { stepConditionFieldDefinition } from "./step-field-definitions.ts";
import { useStepForm } from "./use-step-field.tsx";

interface FieldsOfGroup {
  readonly title: StepFormFieldGroupTitle;
  readonly fields: readonly GroupedFieldDescription[];
}

/** Lists the groups of a form in the order of their first fields. */
export function listStepFormFieldGroups({ fields }: StepTypeDescription): readonly FieldsOfGroup[] {
  const titles = new Set(fields.map(({ group }) => group));
  return [...titles].map((title) => ({ title, fields: fields.filter(({ group }) => group === title) }));
}

type FieldGroupSectionProps = {
  readonly title: string;
  /** Hides the title visually; screen readers still read the title. */
  readonly isTitleHidden?: boolean;
  readonly children: ReactNode;
};

export function FieldGroupSection({ title, isTitleHidden = false, children }: FieldGroupSectionProps) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className="flex flex-col gap-3">
      <h3 id={id} className={isTitleHidden ? "sr-only" : "text-sm font-semibold"}>
        {title}
      </h3>
      <div className={grid}>{children}</div>
    </div>
  );
}

/** CSS classes of a form with two columns. Most fields span both columns; two short fields can share a line. */
const grid = "grid grid-cols-2 items-start gap-3";

type AdvancedGroupProps = {
  /** The advanced fields of the step's type. */
  readonly fields: readonly GroupedFieldDescription[];
  readonly hasErrorHandling: boolean;
  readonly children: ReactNode;
};

/**
 * The group of advanced fields. Expanded at first only if a field has a value. Expands when a field has a problem,
 * holds invalid input, was rejected by the server, or is about to get the focus.
 */
export function AdvancedFieldsGroup({ fields, hasErrorHandling, children }: AdvancedGroupProps) {
  const { inspectorViews } = useEditor();
  const { step, problems } = useStepForm();
  const id = useId();
  const config = getStepConfig(step);
  const paths: readonly JsonPath[] = [
    ["when"],
    ...(hasErrorHandling ? [["config", "errorHandling"]] : []),
    ...fields.map((field) => ["config", ...findFieldPathInStepConfig(field, config)]),
  ];
  const ids = [...paths.map((path) => path.join(".")), ...fields.map(({ path }) => buildConfigFieldId(path))];
  const covers = (path: string) => ids.some((own) => path === own || path.startsWith(`${own}.`));
  const setCount = paths.filter((path) => isSet(path, step.fields["when"], config)).length;

  const isRequested = useStore(
    inspectorViews,
    ({ requested }) => requested?.step === step.key && covers(requested.at.join(".")),
  );
  const isBlockingSave = useOpenFlowState((state) => listFieldsBlockingSave(state, step.key).some(covers));
  const isHeldOpen =
    isRequested ||
    isBlockingSave ||
    problems.some((problem) => paths.some((path) => isProblemAtOrBelowPath(problem, path)));
  const [chosen, setChosen] = useState(() => inspectorViews.openedAdvanced.get(step.key));
  const isOpen = isHeldOpen || (chosen ?? setCount > 0);
  // Stores that the group is open, so that it stays open after the reason (a problem or a requested focus) is gone:
  // closing the group would hide the field that the user is editing.
  if (isOpen && chosen !== true) setChosen(true);

  const toggle = () => {
    inspectorViews.requestField(undefined);
    inspectorViews.openedAdvanced.set(step.key, !isOpen);
    setChosen(!isOpen);
  };
  return (
    <div
      role="group"
      aria-label="Advanced"
      className={joinClasses("flex flex-col border-t border-line pt-2", !isOpen && "-mb-2")}
    >
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={toggle}
        className="-mx-1.5 flex h-8 items-center gap-1.5 rounded-md px-1.5 text-left text-sm font-semibold hover:bg-hover pointer-coarse:h-10"
      >
        Advanced
        {setCount > 0 && <span className="font-normal text-muted">{`· ${setCount} set`}</span>}
        <ChevronRight
          className={joinClasses("ml-auto size-4 text-muted transition-transform", isOpen && "rotate-90")}
        />
      </button>
      {isOpen && (
        <div id={id} className={joinClasses(grid, "pt-2")}>
          {children}
        </div>
      )}
    </div>
  );
}

function isSet(path: JsonPath, when: unknown, config: ReturnType<typeof getStepConfig>): boolean {
  const value = path[0] === stepConditionFieldDefinition.id ? when : getJsonAtPath(config, path.slice(1));
  return value !== undefined && value !== "";
}

/**
 * Lists the paths of the step's fields that prevent a save: fields with invalid input, and fields that the server
 * rejected.
 */
function listFieldsBlockingSave({ invalidInputs, progress }: OpenFlowState, step: string): readonly string[] {
  const rejected = progress.type === "refused" ? progress.problems : [];
  return [...invalidInputs, ...rejected].filter(({ key }) => key === step).map(({ field }) => field);
}
