import type { JsonPath } from "#core/json.ts";
import { CodeField } from "#client/ui/code-field.tsx";
import { toCodeFaults } from "./field-problems.tsx";
import { whenField } from "./own-step-fields.ts";
import { useStepForm } from "./step-form-context.ts";
import { useStepField } from "./use-step-field.tsx";

const PATH: JsonPath = ["when"];

/** The condition under which the step runs: JavaScript, with the variables that are there by then. */
export function WhenField() {
  const { variables, namesAt } = useStepForm();
  const { text, change, leave, problems, ...said } = useStepField(whenField, PATH);
  const { error, errorAction, warning, notes } = said;
  return (
    <div data-field={whenField.id}>
      <CodeField
        label="When"
        hint="Optional. Runs only if this holds, e.g. analysis.score > 3"
        size="line"
        mono
        language="expression"
        text={text}
        onChange={change}
        onBlur={leave}
        completions={variables}
        names={namesAt(PATH)}
        faults={toCodeFaults(problems, PATH)}
        {...{ error, errorAction, warning, notes }}
      />
    </div>
  );
}
