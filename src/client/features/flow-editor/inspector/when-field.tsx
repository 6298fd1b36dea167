import { CodeField } from "#client/ui/code-field.tsx";
import { whenField } from "./own-step-fields.ts";
import { useStepForm } from "./step-form-context.ts";
import { describeFaults, findFaults } from "./find-faults.ts";
import { useStepField } from "./use-step-field.tsx";

/** The condition under which the step runs: JavaScript, with the variables that are there by then. */
export function WhenField() {
  const { faults, variables } = useStepForm();
  const { text, change, leave, error, errorAction, warning } = useStepField(whenField);
  const found = findFaults(faults, ["when"]);
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
        faults={found}
        warning={warning ?? describeFaults(found, text)}
        {...{ error, errorAction }}
      />
    </div>
  );
}
