import { useState } from "react";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";

/** Leads to a type by its name: the API cannot list types, so that below are only those of what changed last. */
export function OpenTypeForm({ onOpen }: { readonly onOpen: (type: string) => void }) {
  const [type, setType] = useState("");
  const [isRefused, setRefused] = useState(false);
  return (
    <form
      className="flex flex-wrap items-end gap-2 px-3 pb-3 sm:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (type.trim() === "") setRefused(true);
        else onOpen(type.trim());
      }}
    >
      <TextField
        label="Type"
        hint="The API does not list types: below are those of the records that changed last."
        error={isRefused ? "Type the name of a type first." : undefined}
        value={type}
        onChange={({ target }) => {
          setType(target.value);
          setRefused(false);
        }}
        className="max-w-md flex-1 basis-56"
      />
      <Button type="submit" className="mb-5 self-end">
        Open
      </Button>
    </form>
  );
}
