import { useEffect, useState } from "react";
import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import type { StepNode } from "#core/flow-document.ts";
import type { TextFault } from "#core/references/reference.ts";

const PAUSE_MS = 600;
const NONE: readonly TextFault[] = [];

/** The code and templates of the step that do not parse. The parsers are big, so they come when they are first needed. */
export function useStepFaults(node: StepNode): readonly TextFault[] {
  const [found, setFound] = useState<{ readonly node: StepNode; readonly faults: readonly TextFault[] }>();

  // Code comes over the network. What is half typed is not told off: the look at it waits for a pause.
  useEffect(() => {
    let isGone = false;
    const look = () =>
      import("#core/references/read-step-references.ts").then(
        ({ readStepReferences }) => {
          if (!isGone) setFound({ node, faults: readStepReferences(node, stepTypes).faults });
        },
        // Without the parsers nothing is marked; the server says what it has against the step.
        () => undefined,
      );
    const timer = setTimeout(() => void look(), PAUSE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [node]);

  return found?.node.key === node.key ? found.faults : NONE;
}
