import type { StepDescription } from "#contract/step-description.ts";
import { findSpelling } from "#contract/step-descriptions/find-field-path.ts";
import type { JsonPath } from "#core/json.ts";
import { stepConfig } from "#core/step.ts";
import { FieldNotes } from "#client/ui/field-notes.tsx";
import { isWithin, toFieldNotes } from "./field-problems.tsx";
import { useStepForm } from "./step-form-context.ts";

type StepProblemsProps = {
  /** Of the form that is shown; undefined while the config is shown as JSON, which holds everything. */
  readonly description: StepDescription | undefined;
};

/** The problems of a step as a whole, and of what no field shows. */
export function StepProblems({ description }: StepProblemsProps) {
  const { step, problems } = useStepForm();
  const config = stepConfig(step);
  const fields: readonly JsonPath[] = description
    ? [
        ...description.fields.map((field) => ["config", ...(findSpelling(field, config) ?? field.path)]),
        ...(description.errorHandling ? [["config", "errorHandling"]] : []),
      ]
    : [["config"]];
  const shown = [["name"], ["when"], ...fields];
  const others = problems.filter((problem) => !shown.some((path) => isWithin(problem, path)));
  if (others.length === 0) return null;
  const onMended = () => document.querySelector<HTMLElement>("[data-inspector-heading]")?.focus();
  return (
    <div className="flex flex-col gap-1.5 rounded-md bg-sunken px-3 py-2">
      <FieldNotes notes={toFieldNotes(others, { step, text: "", onMended })} id={`problems-of-${step.key}`} />
    </div>
  );
}
