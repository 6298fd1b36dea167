import { Command } from "cmdk";
import { useRef, useState } from "react";
import { newStepConfig } from "#contract/step-descriptions/new-step-config.ts";
import { FAMILIES, STEP_TYPES, type StepType } from "#contract/step-types.ts";
import type { JsonObject } from "#core/json.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
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
  // The focus is on its way to the new step; the dialog, which closes a moment later, must not call it back.
  const leaveFocus = () => (isPicked.current ? activeElement() : null);
  return (
    <Dialog title="Add step" onClose={onClose} returnFocus={leaveFocus}>
      <Command label="Step types" loop className="flex flex-col gap-3">
        <Command.Input
          data-autofocus=""
          value={query}
          onValueChange={setQuery}
          placeholder="Search step types"
          className="h-9 w-full rounded-md border border-line-strong bg-surface px-3 outline-offset-[-1px]"
        />
        <Command.List label="Step types" className="max-h-[min(26rem,55dvh)] overflow-y-auto">
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
        </Command.List>
        {/* Beside the list, whose children are choices and nothing else. */}
        <div role="status">
          <Command.Empty className="px-2 py-8 text-center text-muted">
            No step type matches. Try a shorter word.
          </Command.Empty>
        </div>
      </Command>
    </Dialog>
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
        <Command.Item
          key={type}
          // A recent type is listed twice, and each item has to have a value of its own.
          value={heading === family ? label : `${label} (${heading})`}
          keywords={[type, family]}
          onSelect={() => onPick(type)}
          className="flex min-h-9 cursor-default items-center gap-3 rounded-md px-2 py-1 data-[selected=true]:bg-accent-soft pointer-coarse:min-h-11"
        >
          <Station type={type} enabled />
          <span className="flex-1 truncate">{label}</span>
          <code className="truncate font-mono text-xs text-muted">{type}</code>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function activeElement(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement ? document.activeElement : null;
}
