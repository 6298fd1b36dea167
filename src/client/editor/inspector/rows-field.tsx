import { Plus, X } from "lucide-react";
import { Fragment, type ReactNode, useContext, useId, useRef } from "react";
import type { StepFieldControlDescription } from "#contract/step-description.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { fieldLabelClasses } from "#client/ui/fields/field.tsx";
import { FieldNotes } from "#client/ui/fields/field-notes.tsx";
import { ToolField } from "#client/flow/pickers/tool-field.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { ReadOnlyReasonContext } from "#client/ui/fields/read-only-reason.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import type { JsonPath } from "#core/json/json.ts";
import { type KeyValueRow, serializeFieldRows, parseKeyValueRows, parseTextListRows } from "./field-rows.ts";
import {
  type StepFieldTextAndValueState,
  type StepFieldControlProps,
  useStepForm,
} from "./use-step-field.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";

type RowsFieldProps = {
  readonly texts: StepFieldControlProps;
  readonly control: StepFieldControlDescription & { readonly type: "pairs" | "texts" };
  readonly bound: StepFieldTextAndValueState;
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
    <Rows
      texts={texts}
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
    <Rows
      texts={texts}
      noun={keyLabel}
      items={items}
      onAdd={() => change([...rows, ["", ""]])}
      onRemove={(index) => change(rows.toSpliced(index, 1))}
      onLeave={bound.leave}
    />
  );
}

type RowsProps = {
  readonly texts: StepFieldControlProps;
  readonly noun: string;
  readonly items: readonly ReactNode[];
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  readonly onLeave: () => void;
};

function Rows({ texts, noun, items, onAdd, onRemove, onLeave }: RowsProps) {
  const id = useId();
  const readOnlyReason = useContext(ReadOnlyReasonContext);
  const group = useRef<HTMLDivElement>(null);
  const { label, hint, error, errorAction, warning, notes } = texts;

  // Requests the focus for the next render: a new row is not rendered yet, and removing a row unmounts the focused
  // element.
  const focusRow = (index: number) =>
    requestFocusWhenRendered(() => {
      const rows = group.current?.querySelectorAll<HTMLElement>("[data-row] input");
      return rows?.[index] ?? group.current?.querySelector<HTMLElement>("[data-add]");
    });

  return (
    <div
      ref={group}
      role="group"
      aria-labelledby={id}
      aria-describedby={`${id}-notes`}
      className="flex flex-col gap-1"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onLeave();
      }}
    >
      <span id={id} className={fieldLabelClasses}>
        {label}
      </span>
      {items.map((item, index) => (
        <div key={index} data-row="" className="flex items-start gap-1.5">
          {item}
          <IconButton
            label={`Remove ${noun} ${index + 1}`}
            icon={X}
            size="sm"
            disabledReason={readOnlyReason}
            className="-mr-1.5 pointer-coarse:size-10"
            onClick={() => {
              onRemove(index);
              focusRow(Math.min(index, items.length - 2));
            }}
          />
        </div>
      ))}
      <Button
        size="sm"
        variant="ghost"
        icon={Plus}
        data-add=""
        disabledReason={readOnlyReason}
        className="-ml-1.5 self-start"
        onClick={() => {
          onAdd();
          focusRow(items.length);
        }}
      >
        Add {noun.toLowerCase()}
      </Button>
      <div id={`${id}-notes`} className="flex flex-col gap-1 text-xs">
        {error && (
          <div className="flex items-start justify-between gap-2 text-danger">
            <p className="min-w-0 break-words">{error}</p>
            {errorAction}
          </div>
        )}
        {warning && <p className="text-warning">{warning}</p>}
        <FieldNotes notes={notes} id={id} />
        {hint && <p className="text-muted">{hint}</p>}
      </div>
    </div>
  );
}
