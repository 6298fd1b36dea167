import { useEffect, useRef, useState } from "react";
import type { StepType } from "#contract/step-types.ts";
import type { JsonObject } from "#core/json.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { toasts } from "#client/ui/toasts.ts";
import { loadStepForm } from "./inspector/step-inspector.tsx";
import { findStepTypes } from "./find-step-types.ts";
import { PickDialog } from "./pick-dialog.tsx";
import { noteStepType, recentStepTypes } from "./recent-step-types.ts";

const loadNewStepConfig = async () =>
  (await import("#contract/step-descriptions/new-step-config.ts")).newStepConfig;

export interface NewStep {
  readonly type: string;
  /** What was typed as its name while it was on its way. */
  readonly name: string | undefined;
  /** What a step of the type starts with. */
  readonly config: JsonObject;
}

type AddStepDialogProps = {
  readonly onAdd: (step: NewStep) => void;
  readonly onClose: () => void;
};

/**
 * Every step type, grouped by family and narrowed by typing; Enter adds the highlighted one. It takes keys from the
 * moment it is asked for. What a new step starts with, and the form that its name is typed in, are loaded meanwhile; a
 * pick that comes before them waits, and so does a name that is typed before its field is there.
 */
export function AddStepDialog({ onAdd, onClose }: AddStepDialogProps) {
  const [query, setQuery] = useState("");
  const [picked, setPicked] = useState<{ readonly label: string; readonly name: string }>();
  const [recent] = useState(recentStepTypes);
  const typed = useRef("");
  const isOpen = useRef(true);
  // Code comes over the network, like data.
  useEffect(() => {
    isOpen.current = true;
    void loadNewStepConfig().catch(() => undefined);
    void loadStepForm();
    return () => {
      isOpen.current = false;
    };
  }, []);

  const typeName = (name: string) => {
    typed.current = name;
    setPicked((waiting) => waiting && { ...waiting, name });
  };
  const pick = async ({ type, label }: StepType) => {
    typed.current = "";
    setPicked({ label, name: "" });
    try {
      const [newStepConfig] = await Promise.all([loadNewStepConfig(), loadStepForm()]);
      if (!isOpen.current) return;
      noteStepType(type);
      onAdd({ type, name: typed.current.trim() || undefined, config: newStepConfig(type) });
    } catch {
      if (!isOpen.current) return;
      setPicked(undefined);
      const text = `${label} was not added: the server cannot be reached. Try again in a moment.`;
      toasts.show({ text, tone: "danger" });
    }
  };

  const groups = picked ? [] : findStepTypes(query, recent);
  return (
    <PickDialog
      title="Add step"
      label="Step types"
      placeholder={picked ? `Name of the new step (${picked.label})` : "Search step types"}
      query={picked ? picked.name : query}
      onQueryChange={picked ? typeName : setQuery}
      groups={groups.map(({ heading, types }) => ({
        heading,
        items: types.map((type) => ({
          // A recent type is listed twice.
          id: `${heading} ${type.type}`,
          content: <TypeLine {...type} />,
          onPick: () => void pick(type),
        })),
      }))}
      status={
        picked ? (
          <p className="px-2 py-8 text-center">Adding {picked.label}… Its name can be typed already.</p>
        ) : (
          groups.length === 0 && (
            <p className="px-2 py-8 text-center">No step type matches. Try a shorter word.</p>
          )
        )
      }
      onClose={onClose}
    />
  );
}

function TypeLine({ type, label }: StepType) {
  return (
    <>
      <Station type={type} enabled />
      <span className="grow shrink-0 whitespace-nowrap">{label}</span>
      <code className="min-w-0 truncate font-mono text-xs text-muted">{type}</code>
    </>
  );
}
