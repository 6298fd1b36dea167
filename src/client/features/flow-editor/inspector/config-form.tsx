import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { FieldDescription, StepDescription } from "#contract/step-description.ts";
import { findSpelling } from "#contract/step-descriptions/find-field-path.ts";
import { findOtherPaths } from "#contract/step-descriptions/find-other-paths.ts";
import { stepConfig } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { ConfigFormField } from "./config-form-field.tsx";
import { fieldId } from "./config-step-field.ts";
import { ErrorHandlingField } from "./error-handling-field.tsx";
import { isWithin } from "./field-problems.tsx";
import { useStepForm } from "./step-form-context.ts";

/** The documented fields of a step's config, the rarely needed ones folded away, and a word on what no field shows. */
export function ConfigForm({ description }: { readonly description: StepDescription }) {
  const { fields, help } = description;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{help}</p>
      {fields
        .filter(({ advanced }) => !advanced)
        .map((field) => (
          <ConfigFormField key={fieldId(field.path)} field={field} />
        ))}
      {description.errorHandling && <ErrorHandlingField />}
      <MoreFields fields={fields.filter(({ advanced }) => advanced)} />
      <OtherFields description={description} />
    </div>
  );
}

function MoreFields({ fields }: { readonly fields: readonly FieldDescription[] }) {
  const { step, problems } = useStepForm();
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const config = stepConfig(step);
  const hasProblem = fields.some((field) => {
    const path = ["config", ...(findSpelling(field, config) ?? field.path)];
    return problems.some((problem) => isWithin(problem, path));
  });
  // A text that waits to be mended is never folded away, nor is a problem; what was opened for it stays open.
  const isBroken = useOpenFlowState((state) =>
    state.brokenTexts.some(
      ({ key, field }) => key === step.key && fields.some(({ path }) => fieldId(path) === field),
    ),
  );
  const isHeldOpen = isBroken || hasProblem;
  if (isHeldOpen && !isOpen) setIsOpen(true);
  if (fields.length === 0) return null;
  const set = fields.filter((field) => findSpelling(field, config) !== undefined).length;
  return (
    <div className="flex flex-col gap-4">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
        className="-mx-1 flex h-7 items-center gap-1 self-start rounded-md px-1 text-sm font-medium text-muted hover:text-ink pointer-coarse:h-10"
      >
        <ChevronRight className={joinClasses("size-4 transition-transform", isOpen && "rotate-90")} />
        More
        {set > 0 && <span className="font-normal">{`· ${set} set`}</span>}
      </button>
      <div id={id} hidden={!isOpen} className={joinClasses("flex-col gap-4", isOpen && "flex")}>
        {isOpen && fields.map((field) => <ConfigFormField key={fieldId(field.path)} field={field} />)}
      </div>
    </div>
  );
}

function OtherFields({ description }: { readonly description: StepDescription }) {
  const { step } = useStepForm();
  const others = findOtherPaths(description, stepConfig(step));
  if (others.length === 0) return null;
  const names = others.slice(0, MOST_NAMES).map((path) => path.join("."));
  const more = others.length - names.length;
  return (
    <p className="text-xs break-words text-muted">
      {`Other fields: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} — edit them as JSON.`}
    </p>
  );
}

const MOST_NAMES = 8;
