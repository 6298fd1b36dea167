import { useState } from "react";
import {
  type JsonMember,
  addJsonMember,
  removeJsonMember,
  renameJsonMember,
  setJsonMember,
} from "#core/json/json-members.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { EditableRows } from "#client/ui/fields/editable-rows.tsx";
import type { FormFieldMessageProps } from "#client/ui/fields/field.tsx";
import { TextArea, TextField } from "#client/ui/fields/text-field.tsx";
import { type MetadataValueType, formatMetadataText, getMetadataValueType } from "./metadata-values.ts";

type MetadataRowsProps = FormFieldMessageProps & {
  readonly text: string;
  readonly members: readonly JsonMember[];
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly onShowJson: () => void;
};

type ShownMember = Pick<JsonMember, "key" | "value" | "source">;

/** A row that is not in the metadata yet. */
const BLANK: ShownMember = { key: "", value: "", source: '""' };

export function MetadataRows(props: MetadataRowsProps) {
  const { text, members, isReadOnly, onChange, onShowJson, error, ...messages } = props;
  const [isAdding, setAdding] = useState(false);
  /** Counts removals: the rows after a removed one must not take over its state. */
  const [removals, setRemovals] = useState(0);
  const counts = new Map<string, number>();
  for (const { key } of members) counts.set(key, (counts.get(key) ?? 0) + 1);
  const findFault = (key: string) => {
    if ((counts.get(key) ?? 0) > 1) return "Another field has this name.";
    return key === "" ? "Name is required." : undefined;
  };

  const add = (key: string, valueText: string) => {
    setAdding(false);
    onChange(addJsonMember(text, members, key, valueText));
  };
  const remove = (index: number) => {
    setRemovals(removals + 1);
    if (index < members.length) onChange(removeJsonMember(text, members, index));
    else setAdding(false);
  };
  const items = (isAdding ? [...members, undefined] : members).map((member, index) => (
    <MetadataRow
      key={`${removals} ${index}`}
      name={`Field ${index + 1}`}
      member={member ?? BLANK}
      nameError={member && findFault(member.key)}
      isReadOnly={isReadOnly}
      onRename={(key) => (member ? onChange(renameJsonMember(text, member, key)) : add(key, '""'))}
      onSet={(value) => (member ? onChange(setJsonMember(text, member, value)) : add("", value))}
      onShowJson={onShowJson}
    />
  ));
  return (
    <EditableRows
      {...messages}
      // A fault of a name is shown at its row.
      error={members.some(({ key }) => findFault(key) !== undefined) ? undefined : error}
      noun="Field"
      items={items}
      isReadOnly={isReadOnly}
      onAdd={() => setAdding(true)}
      onRemove={remove}
    />
  );
}

const TYPES: readonly { readonly value: MetadataValueType; readonly label: string }[] = [
  { value: "text", label: "Text" },
  { value: "number", label: "Number" },
  { value: "true", label: "True" },
  { value: "false", label: "False" },
  { value: "null", label: "Null" },
];

type MetadataRowProps = {
  readonly name: string;
  readonly member: ShownMember;
  readonly nameError: string | undefined;
  readonly isReadOnly: boolean;
  readonly onRename: (key: string) => void;
  readonly onSet: (valueText: string) => void;
  readonly onShowJson: () => void;
};

function MetadataRow({ name, member, nameError, isReadOnly, onRename, onSet, onShowJson }: MetadataRowProps) {
  const { key, value, source } = member;
  const stored = getMetadataValueType(value);
  /** The last text of the number field: a number remains one while its text is incomplete. */
  const [numberText, setNumberText] = useState<string>();
  const type = stored === "text" && value === numberText ? "number" : stored;
  // Shows a number as it was typed, such as 1.50.
  const text = typeof value === "string" ? value : stored === "number" ? source : "";
  const set = (next: string, nextType: MetadataValueType) => {
    setNumberText(nextType === "number" ? next : undefined);
    onSet(formatMetadataText(next, nextType));
  };
  const changeText = (next: string) => set(next, type);
  const isConstant = type === "true" || type === "false" || type === "null";
  const valueProps = { label: `${name}: value`, labelHidden: true };
  return (
    <div className="grid min-w-0 flex-1 grid-cols-[1fr_7rem] items-start gap-1.5 pb-2 sm:grid-cols-[2fr_3fr_6.5rem]">
      <TextField
        label={`${name}: name`}
        labelHidden
        dir="auto"
        className={isConstant ? "" : "max-sm:col-span-2"}
        placeholder="Name"
        spellCheck={false}
        readOnly={isReadOnly}
        value={key}
        error={nameError}
        onChange={({ target }) => onRename(target.value)}
      />
      {stored === "json" ? (
        <>
          <TextField
            {...valueProps}
            dir="ltr"
            readOnly
            value={source.replaceAll(/\s+/g, " ").slice(0, MAX_SNIPPET)}
          />
          <Button aria-label={`Edit in JSON: ${name}`} className="px-2" onClick={onShowJson}>
            Edit in JSON
          </Button>
        </>
      ) : (
        <>
          {type === "text" && (
            <TextArea
              {...valueProps}
              dir="auto"
              rows={1}
              className="[&_textarea]:min-h-8 [&_textarea]:resize-none [&_textarea]:py-[0.3125rem] pointer-coarse:[&_textarea]:min-h-10"
              placeholder="Empty text"
              readOnly={isReadOnly}
              value={text}
              onChange={({ target }) => changeText(target.value)}
            />
          )}
          {type === "number" && (
            <TextField
              {...valueProps}
              inputMode="decimal"
              placeholder="Number"
              readOnly={isReadOnly}
              value={text}
              warning={stored === "text" ? "Enter a number. This is saved as text." : undefined}
              onChange={({ target }) => changeText(target.value)}
            />
          )}
          <Select
            label={`${name}: type`}
            labelHidden
            className={isConstant ? "sm:col-span-2" : ""}
            options={TYPES}
            disabled={isReadOnly}
            value={type}
            onChange={({ target }) => set(text, target.value as MetadataValueType)}
          />
        </>
      )}
    </div>
  );
}

const MAX_SNIPPET = 500;
