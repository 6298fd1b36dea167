import { TypeField } from "#client/features/records/type-field.tsx";
import { Select } from "#client/ui/select.tsx";
import type { ImportPreview } from "./import-messages.ts";
import type { ImportMapping } from "./import-table.ts";

type ImportMappingFieldsProps = {
  readonly preview: ImportPreview;
  readonly mapping: ImportMapping;
  readonly onChange: (mapping: ImportMapping) => void;
};

/** Which columns become the name and the type; all others become metadata. */
export function ImportMappingFields({ preview, mapping, onChange }: ImportMappingFieldsProps) {
  const columns = preview.columns.filter((column) => column !== "");
  const options = columns.map((column, index) => ({ value: String(index), label: column }));
  const indexOf = (column: string | undefined) =>
    column === undefined ? "" : String(columns.indexOf(column));
  const isFixed = mapping.typeColumn === undefined;
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Select
        label="Name from"
        options={options}
        value={indexOf(mapping.nameColumn)}
        onChange={({ target }) => onChange({ ...mapping, nameColumn: columns[Number(target.value)] ?? "" })}
      />
      <Select
        label="Type from"
        options={[{ value: "", label: "One type for all" }, ...options]}
        value={indexOf(mapping.typeColumn)}
        onChange={({ target }) =>
          onChange({
            ...mapping,
            typeColumn: target.value === "" ? undefined : columns[Number(target.value)],
          })
        }
      />
      {isFixed && (
        <TypeField
          value={mapping.fixedType}
          error={mapping.fixedType.trim() === "" ? "Say of which type they are." : undefined}
          onChange={({ target }) => onChange({ ...mapping, fixedType: target.value })}
        />
      )}
    </div>
  );
}
