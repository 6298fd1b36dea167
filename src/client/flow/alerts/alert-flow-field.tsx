import { FlowField } from "#client/flow/pickers/flow-field.tsx";
import { Select } from "#client/ui/controls/select.tsx";

type AlertFlowFieldProps = {
  /** Null for all flows; an empty id until a flow is chosen. */
  readonly value: string | null;
  readonly error: string | undefined;
  readonly onChange: (flowId: string | null) => void;
};

const OPTIONS = [
  { value: "all", label: "All flows" },
  { value: "one", label: "One flow" },
];

/** Chooses all flows, or one by its name. */
export function AlertFlowField({ value, error, onChange }: AlertFlowFieldProps) {
  return (
    <div className="flex flex-col gap-3">
      <Select
        label="Watch"
        options={OPTIONS}
        value={value === null ? "all" : "one"}
        onChange={({ target }) => onChange(target.value === "all" ? null : "")}
      />
      {value !== null && <FlowField value={value} error={error} onChange={onChange} isFocusedFirst={false} />}
    </div>
  );
}
