import { useMemo } from "react";
import type { StepDescription } from "#contract/step-description.ts";
import { describedConfigSchema } from "#contract/step-descriptions/describe-step-type.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { JsonPath } from "#core/json.ts";
import { findJsonPlaces } from "#core/json-places.ts";
import { lineAndColumn } from "#core/line-finder.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import type { CodeFault } from "#client/ui/code-editor.tsx";
import { CodeField } from "#client/ui/code-field.tsx";
import { isWithin } from "./field-problems.tsx";
import { configField } from "./own-step-fields.ts";
import { useStepForm } from "./step-form-context.ts";
import { useStepField } from "./use-step-field.tsx";

/** A step's whole config as JSON, with what is wrong with it at its place. */
export function ConfigJson({ description }: { readonly description: StepDescription | undefined }) {
  const { variables } = useStepForm();
  const { text, change, leave, problems, ...said } = useStepField(configField, PATH, isNoMisfit);
  const { error, errorAction, warning, notes } = said;
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const faults = useMemo(() => findConfigFaults(text, description), [text, description]);
  return (
    <div data-field={configField.id} className="flex flex-col gap-2">
      <CodeField
        label="Config (JSON)"
        size="page"
        language="json"
        numbered
        text={text}
        onChange={change}
        onBlur={leave}
        readOnly={isInexact}
        completions={variables}
        faults={error === undefined ? [...faults, ...placeProblems(text, problems)] : faults}
        hint={
          isInexact
            ? "This flow holds a number that cannot be edited here without changing it, so its JSON is read-only."
            : undefined
        }
        {...{ error, errorAction, warning, notes }}
      />
      {error === undefined && faults.length > 0 && (
        <ul aria-label="What the type asks for" className="flex flex-col gap-0.5 text-xs text-warning">
          {faults.slice(0, MOST_SHOWN).map((fault) => (
            <li key={`${fault.from}:${fault.message}`}>
              {`Line ${lineAndColumn(text, fault.from).line}: ${fault.message}`}
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

/** What does not fit the type's schema is found in the text itself here, while it is typed. */
function isNoMisfit(problem: Problem, path: JsonPath): boolean {
  return problem.code !== "bad-config" && isWithin(problem, path);
}

/** Problems lie in the values; in the JSON around them each marks the whole value. */
function placeProblems(text: string, problems: readonly Problem[]): readonly CodeFault[] {
  const places = findJsonPlaces(
    text,
    problems.map(({ at }) => at.slice(PATH.length)),
  );
  return problems.flatMap(({ message, severity }, index) => {
    const place = places[index];
    return place ? [{ ...place, message, severity }] : [];
  });
}

/** A fault of syntax, or where the config is not what its type asks for. A key that is missing is placed at the start. */
function findConfigFaults(text: string, description: StepDescription | undefined): readonly CodeFault[] {
  const reading = configField.parse(text);
  if (reading.type === "broken") return [{ from: reading.offset ?? 0, message: reading.message }];
  if (!description) return [];
  const issues = describedConfigSchema(description).safeParse(reading.value).error?.issues ?? [];
  const places = findJsonPlaces(
    text,
    issues.map(({ path }) => path.filter((key) => typeof key !== "symbol")),
  );
  return issues.map(({ message }, index) => ({
    ...(places[index] ?? { from: 0, to: 1 }),
    message,
    severity: "warning",
  }));
}
