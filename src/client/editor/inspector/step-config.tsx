import { useMemo } from "react";
import type { StepTypeDescription } from "#contract/step-description.ts";
import { listPathsWithoutFormField } from "#contract/step-descriptions/paths-without-form-field.ts";
import { getStepConfig } from "#core/document/step.ts";
import { createStepConfigSchema } from "#contract/step-descriptions/find-step-description.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { JsonPath } from "#core/json/json.ts";
import { findJsonValueOffsets } from "#core/json/json-places.ts";
import { findLineAndColumn } from "#core/json/line-finder.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import type { CodeEditorDiagnostic } from "#client/ui/code/code-editor.tsx";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { ConfigFormField } from "./config-form-field.tsx";
import { buildConfigFieldId } from "./config-step-field.ts";
import { FieldGroupSection, listStepFormFieldGroups } from "./field-groups.tsx";
import { isProblemAtOrBelowPath } from "./field-problems.tsx";
import { buildStepFieldControlProps, useStepForm, useStepField } from "./use-step-field.tsx";
import { stepConfigJsonFieldDefinition } from "./step-field-definitions.ts";

export function StepConfigForm({ description }: { readonly description: StepTypeDescription }) {
  const groups = listStepFormFieldGroups(description).filter(({ title }) => title !== "Advanced");
  return (
    <>
      <p className="text-sm text-muted">{description.help}</p>
      <div className="flex flex-col gap-4 *:not-first:border-t *:not-first:border-line *:not-first:pt-4">
        {groups.map(({ title, fields }) => (
          <FieldGroupSection key={title} title={title} isTitleHidden={groups.length === 1}>
            {fields.map((field) => (
              <ConfigFormField key={buildConfigFieldId(field.path)} field={field} />
            ))}
          </FieldGroupSection>
        ))}
      </div>
    </>
  );
}

export function ConfigPathsWithoutFieldNotice({
  description,
}: {
  readonly description: StepTypeDescription;
}) {
  const { step } = useStepForm();
  const others = listPathsWithoutFormField(description, getStepConfig(step));
  if (others.length === 0) return null;
  const names = others.slice(0, MOST_NAMES).map((path) => path.join("."));
  const more = others.length - names.length;
  return (
    <p className="text-xs break-words text-muted">
      {`Other fields: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}. Edit in JSON.`}
    </p>
  );
}

const MOST_NAMES = 8;

export function StepConfigJsonEditor({
  description,
}: {
  readonly description: StepTypeDescription | undefined;
}) {
  const { variables } = useStepForm();
  const bound = useStepField(stepConfigJsonFieldDefinition, PATH, isNotConfigViolation);
  const { text, error, problems } = bound;
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const faults = useMemo(() => findConfigFaults(text, description), [text, description]);
  return (
    <div data-field={stepConfigJsonFieldDefinition.id} className="flex flex-col gap-2">
      <CodeField
        {...buildStepFieldControlProps({ label: "Config (JSON)" }, bound)}
        size="page"
        language="json"
        numbered
        text={text}
        onChange={bound.change}
        onBlur={bound.leave}
        readOnly={isInexact}
        completions={variables}
        faults={error === undefined ? [...faults, ...placeProblems(text, problems)] : faults}
        hint={isInexact ? "A number in this flow is too precise to edit here. JSON is read-only." : undefined}
      />
      {error === undefined && faults.length > 0 && (
        <ul aria-label="Config problems" className="flex flex-col gap-0.5 text-xs text-warning">
          {faults.slice(0, MOST_SHOWN).map((fault) => (
            <li key={`${fault.from}:${fault.message}`}>
              {`Line ${findLineAndColumn(text, fault.from).line}: ${fault.message}`}
            </li>
          ))}
          {faults.length > MOST_SHOWN && <li>{`and ${faults.length - MOST_SHOWN} more.`}</li>}
        </ul>
      )}
    </div>
  );
}

const MOST_SHOWN = 5;
const PATH: JsonPath = ["config"];

/**
 * Whether to show a problem of the analysis at the path. False for schema violations, because `findConfigFaults`
 * reports these earlier, while the user types.
 */
function isNotConfigViolation(problem: Problem, path: JsonPath): boolean {
  return problem.code !== "bad-config" && isProblemAtOrBelowPath(problem, path);
}

function placeProblems(text: string, problems: readonly Problem[]): readonly CodeEditorDiagnostic[] {
  const places = findJsonValueOffsets(
    text,
    problems.map(({ at }) => at.slice(PATH.length)),
  );
  return problems.flatMap(({ message, severity }, index) => {
    const place = places[index];
    return place ? [{ ...place, message, severity }] : [];
  });
}

/**
 * Finds syntax errors and schema violations. A violation whose position in the text is unknown is shown at the start.
 */
function findConfigFaults(
  text: string,
  description: StepTypeDescription | undefined,
): readonly CodeEditorDiagnostic[] {
  const reading = stepConfigJsonFieldDefinition.parse(text);
  if (reading.type === "broken") return [{ from: reading.offset ?? 0, message: reading.message }];
  if (!description) return [];
  const issues = createStepConfigSchema(description).safeParse(reading.value).error?.issues ?? [];
  const places = findJsonValueOffsets(
    text,
    issues.map(({ path }) => path.filter((key) => typeof key !== "symbol")),
  );
  return issues.map(({ message }, index) => ({
    ...(places[index] ?? { from: 0, to: 1 }),
    message,
    severity: "warning",
  }));
}
