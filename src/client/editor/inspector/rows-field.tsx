import { Fragment } from "react";
import type { StepFieldControlDescription } from "#contract/step-description.ts";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { ToolField } from "#client/flow/pickers/tool-field.tsx";
import { EditableRows } from "#client/ui/fields/editable-rows.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import type { JsonPath } from "#core/json/json.ts";
import { type KeyValueRow, serializeFieldRows, parseKeyValueRows, parseTextListRows } from "./field-rows.ts";
import { type StepFieldState, type StepFieldControlProps, useStepForm } from "./use-step-field.tsx";

type RowsFieldProps = {
  readonly texts: StepFieldControlProps;
  readonly control: StepFieldControlDescription & { readonly type: "pairs" | "texts" };
  readonly bound: StepFieldState;
  readonly path: JsonPath;
};

export function EditableRowsField({ texts, control, bound, path }: RowsFieldProps) {
  return control.type === "texts" ? (
    <TextRows texts={texts} bound={bound} suggests={control.suggests} />
  ) : (
    <PairRows texts={texts} control={control} bound={bound} path={path} />
  );
}

type TextRowsProps = Pick<RowsFieldProps, "texts" | "bound"> & {
  readonly suggests: (StepFieldControlDescription & { readonly type: "texts" })["suggests"];
};

function TextRows({ texts, bound, suggests }: TextRowsProps) {
  const rows = parseTextListRows(bound.text);
  const change = (next: readonly string[]) => bound.change(serializeFieldRows(next));
  const items = rows.map((item, index) => {
    const field = {
      label: `${texts.label} ${index + 1}`,
      labelHidden: true,
      className: "flex-1",
      value: item,
    };
    const changeRow = (text: string) => change(rows.with(index, text));
    if (suggests === "tools") return <ToolField key={index} {...field} onValueChange={changeRow} />;
    return <TextField key={index} {...field} onChange={({ target }) => changeRow(target.value)} />;
  });
  return (
    <EditableRows
      {...texts}
      noun={texts.label}
      items={items}
      onAdd={() => change([...rows, ""])}
      onRemove={(index) => change(rows.toSpliced(index, 1))}
      onLeave={bound.leave}
    />
  );
}

type PairRowsProps = Pick<RowsFieldProps, "texts" | "bound" | "path"> & {
  readonly control: StepFieldControlDescription & { readonly type: "pairs" };
};

function PairRows({ texts, control, bound, path }: PairRowsProps) {
  const { variables, namesAt } = useStepForm();
  const { keyLabel, valueLabel, liquid } = control;
  const rows = parseKeyValueRows(bound.text);
  const change = (next: readonly KeyValueRow[]) => bound.change(serializeFieldRows(next));
  const items = rows.map(([key, value], index) => (
    <Fragment key={index}>
      <TextField
        label={`${keyLabel} ${index + 1}`}
        labelHidden
        className="flex-2"
        placeholder={keyLabel}
        spellCheck={false}
        value={key}
        onChange={(event) => change(rows.with(index, [event.target.value, value]))}
      />
      <div className="min-w-0 flex-3">
        <CodeField
          label={`${valueLabel} ${index + 1}`}
          labelHidden
          size="line"
          language={liquid === "templates" ? "liquid" : "template"}
          placeholder={valueLabel}
          text={value}
          completions={variables}
          names={namesAt([...path, key])}
          onChange={(text) => change(rows.with(index, [key, text]))}
        />
      </div>
    </Fragment>
  ));
  return (
    <EditableRows
      {...texts}
      noun={keyLabel}
      items={items}
      onAdd={() => change([...rows, ["", ""]])}
      onRemove={(index) => change(rows.toSpliced(index, 1))}
      onLeave={bound.leave}
    />
  );
}
