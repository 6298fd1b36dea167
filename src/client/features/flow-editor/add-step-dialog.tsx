import { Command } from "cmdk";
import { useRef, useState } from "react";
import { newStepConfig } from "#contract/step-descriptions/new-step-config.ts";
import { FAMILIES, STEP_TYPES, type StepType } from "#contract/step-types.ts";
import type { JsonObject } from "#core/json.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { PickDialog, PickItem } from "./pick-dialog.tsx";
import { noteStepType, recentStepTypes } from "./recent-step-types.ts";

type AddStepDialogProps = {
  /** `config` is what a new step of the type starts with; the descriptions it comes from are loaded with this dialog. */
  readonly onPick: (type: string, config: JsonObject) => void;
  readonly onClose: () => void;
};

/** Every step type, grouped by family and narrowed by typing; Enter adds the highlighted one. */
export function AddStepDialog({ onPick, onClose }: AddStepDialogProps) {
  const isPicked = useRef(false);
  const [query, setQuery] = useState("");
  const [recent] = useState(recentStepTypes);
  const pick = (type: string) => {
    isPicked.current = true;
    noteStepType(type);
    onPick(type, newStepConfig(type));
  };
  return (
    <PickDialog
      title="Add step"
      label="Step types"
      placeholder="Search step types"
      query={query}
      onQueryChange={setQuery}
      isFocusLeft={() => isPicked.current}
      status={
        <Command.Empty className="px-2 py-8 text-center">
          No step type matches. Try a shorter word.
        </Command.Empty>
      }
      onClose={onClose}
    >
      {query.trim() === "" && recent.length > 0 && (
        <TypeGroup heading="Recent" types={recent} onPick={pick} />
      )}
      {FAMILIES.map((family) => (
        <TypeGroup
          key={family}
          heading={family}
          types={STEP_TYPES.filter((step) => step.family === family)}
          onPick={pick}
        />
      ))}
    </PickDialog>
  );
}

type TypeGroupProps = {
  readonly heading: string;
  readonly types: readonly StepType[];
  readonly onPick: (type: string) => void;
};

function TypeGroup({ heading, types, onPick }: TypeGroupProps) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
    >
      {types.map(({ type, label, family }) => (
        <PickItem
          key={type}
          // A recent type is listed twice, and each item has to have a value of its own.
          value={heading === family ? label : `${label} (${heading})`}
          keywords={[type, family]}
          onSelect={() => onPick(type)}
        >
          <Station type={type} enabled />
          <span className="flex-1 truncate">{label}</span>
          <code className="truncate font-mono text-xs text-muted">{type}</code>
        </PickItem>
      ))}
    </Command.Group>
  );
}
