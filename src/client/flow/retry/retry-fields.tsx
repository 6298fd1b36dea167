import type { RetryOptions } from "#contract/retry.ts";
import type { JsonObject } from "#core/json/json.ts";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { RadioGroup } from "./radio-group.tsx";
import { type RetryChoice, type RetryPlan, describeRanVersion, describeRetryStarts } from "./retry-choice.ts";

type RetryFieldsProps = {
  readonly choice: RetryChoice;
  readonly onChange: (change: Partial<RetryChoice>) => void;
  /** Undefined while they load. */
  readonly options: RetryOptions | undefined;
  readonly counts: { readonly failed: number; readonly total: number };
  /** Whether the run can start at the failed step. */
  readonly canContinue: boolean;
  readonly isSingle: boolean;
  readonly isOneRecord: boolean;
  readonly faults: Extract<RetryPlan, { type: "faults" }> | undefined;
};

export function RetryFields(props: RetryFieldsProps) {
  const { choice, onChange, options, counts, canContinue, isSingle, isOneRecord, faults } = props;
  const { failed, total } = counts;
  return (
    <>
      {!isOneRecord && failed > 0 && failed < total && (
        <RadioGroup
          label="Records"
          value={choice.records}
          options={[
            { value: "failed", label: formatCount(failed, "failed record") },
            { value: "all", label: `All ${formatCount(total, "record")}` },
          ]}
          onChange={(records) => onChange({ records })}
        />
      )}
      {canContinue && (
        <RadioGroup
          label="Start"
          value={choice.from}
          options={[
            {
              value: "failedStep",
              label: "From the failed step",
              hint: options && describeRetryStarts(options.starts),
            },
            { value: "start", label: "From the first step" },
          ]}
          onChange={(from) => onChange({ from })}
        />
      )}
      {options?.isSameVersion === false && (
        <RadioGroup
          label="Steps"
          value={choice.version}
          options={[
            { value: "current", label: "The saved draft" },
            { value: "same", label: describeRanVersion(options) },
          ]}
          onChange={(version) => onChange({ version })}
        />
      )}
      {isSingle && choice.from === "start" && options && (
        <InputFields choice={choice} onChange={onChange} options={options} faults={faults} />
      )}
    </>
  );
}

type InputFieldsProps = Pick<RetryFieldsProps, "choice" | "onChange" | "faults"> & {
  readonly options: RetryOptions;
};

function InputFields({ choice, onChange, options, faults }: InputFieldsProps) {
  const { inputs, record } = options;
  return (
    <>
      <CodeField
        label="Inputs (JSON)"
        size="code"
        language="json"
        text={choice.inputsText ?? format(inputs)}
        placeholder="{}"
        error={faults?.inputs}
        hint={inputs === null ? "The inputs of this run are not stored. Enter them again." : undefined}
        onChange={(inputsText) => onChange({ inputsText })}
      />
      {record !== null && Object.keys(record).length > 0 && (
        <CodeField
          label="Record (JSON)"
          size="code"
          language="json"
          text={choice.recordText ?? format(record)}
          error={faults?.record}
          onChange={(recordText) => onChange({ recordText })}
        />
      )}
    </>
  );
}

function format(value: JsonObject | null): string {
  return value === null ? "" : JSON.stringify(value, null, 2);
}
