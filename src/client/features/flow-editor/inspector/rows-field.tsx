import { Plus, X } from "lucide-react";
import { Fragment, type ReactNode, useId, useRef } from "react";
import type { FieldControl } from "#contract/step-description.ts";
import { Button } from "#client/ui/button.tsx";
import { CodeField } from "#client/ui/code-field.tsx";
import { FieldNotes } from "#client/ui/field-notes.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import type { JsonPath } from "#core/json.ts";
import type { FieldTexts } from "./field-view.tsx";
import { type PairRow, formatRows, parsePairRows, parseTextRows } from "./pair-rows.ts";
import { useStepForm } from "./step-form-context.ts";
import type { BoundField } from "./use-step-field.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";

type RowsFieldProps = {
  readonly texts: FieldTexts;
  readonly control: FieldControl & { readonly type: "pairs" | "texts" };
  readonly bound: BoundField;
  /** Where the rows are in the step. */
  readonly path: JsonPath;
};

/** A list of texts, or of pairs, row by row in its order. A row that is not finished stays, and is no value yet. */
export function RowsField({ texts, control, bound, path }: RowsFieldProps) {
  return control.type === "texts" ? (
    <TextRows texts={texts} bound={bound} />
  ) : (
    <PairRows texts={texts} control={control} bound={bound} path={path} />
  );
}

function TextRows({ texts, bound }: Pick<RowsFieldProps, "texts" | "bound">) {
  const rows = parseTextRows(bound.text);
  const change = (next: readonly string[]) => bound.change(formatRows(next));
  const items = rows.map((item, index) => (
    <TextField
      key={index}
      label={`${texts.label} ${index + 1}`}
      labelHidden
      className="flex-1"
      value={item}
      onChange={(event) => change(rows.with(index, event.target.value))}
    />
  ));
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
  readonly control: FieldControl & { readonly type: "pairs" };
};

function PairRows({ texts, control, bound, path }: PairRowsProps) {
  const { variables, namesAt } = useStepForm();
  const { keyLabel, valueLabel, liquid } = control;
  const rows = parsePairRows(bound.text);
  const change = (next: readonly PairRow[]) => bound.change(formatRows(next));
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
  readonly texts: FieldTexts;
  /** What one row is called. */
  readonly noun: string;
  readonly items: readonly ReactNode[];
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  readonly onLeave: () => void;
};

function Rows({ texts, noun, items, onAdd, onRemove, onLeave }: RowsProps) {
  const id = useId();
  const group = useRef<HTMLDivElement>(null);
  const { label, hint, error, errorAction, warning, notes } = texts;

  // A row is only on the page after the next render, and the focus must not fall off it with one that goes.
  const focusRow = (index: number) =>
    wishFocus(() => {
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
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      {items.map((item, index) => (
        <div key={index} data-row="" className="flex items-start gap-1.5">
          {item}
          <IconButton
            label={`Remove ${noun} ${index + 1}`}
            icon={X}
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
