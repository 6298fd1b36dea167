import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Replace, Waypoints } from "lucide-react";
import { useMemo } from "react";
import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import type { Flow } from "#contract/flow.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listModelUses, listRecordTypeUses } from "#core/references/resource-uses.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { listVariablesSetByStep } from "#core/references/variables-set-by-step.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { suggestionQueries } from "#client/data/queries/suggestion-queries.ts";
import { STEP_USE_KIND_LABELS } from "#client/flow/step-uses/step-use-kind-labels.ts";
import type { StepUseSubject } from "#client/flow/step-uses/step-uses-dialog.tsx";
import { EntryIcon, type PaletteEntry } from "./palette-entry.tsx";

/** A dialog that replaces the palette: it lists the uses of a name, or replaces a model. */
export interface NameDialog extends StepUseSubject {
  readonly isReplacing: boolean;
}

type NameEntriesOptions = {
  readonly query: string;
  readonly isOffered: boolean;
  readonly recordTypes: readonly string[];
  readonly onOpen: (dialog: NameDialog) => void;
};

/** Lists the names whose uses in all flows can be shown: those of the open flow, and models and types that are known. */
export function useNameEntries({ query, isOffered, recordTypes, onOpen }: NameEntriesOptions) {
  const router = useRouter();
  const client = useQueryClient();
  const { data: models } = useQuery({
    ...suggestionQueries.models(),
    enabled: isOffered && query.trim() !== "",
  });
  const missing = useMissingScope("FLOWS:WRITE");
  return useMemo((): readonly PaletteEntry[] => {
    if (!isOffered) return [];
    const openFlowId = findOpenFlowId(router.latestLocation.pathname);
    const saved =
      openFlowId === undefined ? undefined : client.getQueryData(flowQueries.detail(openFlowId).queryKey);
    const subjects: readonly StepUseSubject[] = [
      ...(saved ? listNames(saved.flow) : []),
      ...(models?.models ?? []).map(({ id }) => ({ kind: "model", name: id }) as const),
      ...recordTypes.map((name) => ({ kind: "recordType", name }) as const),
      ...STEP_TYPES.map(({ type }) => ({ kind: "stepType", name: type }) as const),
    ];
    const unique = new Map(subjects.map((subject) => [`${subject.kind} ${subject.name}`, subject]));
    return [...unique].flatMap(([id, subject]) => {
      const { kind, name } = subject;
      const label = STEP_TYPES.find(({ type }) => kind === "stepType" && type === name)?.label ?? name;
      const shared = { group: "Uses in all flows", detail: STEP_USE_KIND_LABELS[kind] } as const;
      const uses: PaletteEntry = {
        ...shared,
        id: `uses ${id}`,
        label: `Uses of ${quoteName(label)}`,
        terms: `${name} ${STEP_USE_KIND_LABELS[kind]} references`,
        draw: () => <EntryIcon icon={Waypoints} />,
        onPick: () => onOpen({ ...subject, isReplacing: false }),
      };
      if (kind !== "model") return [uses];
      const replacement: PaletteEntry = {
        ...shared,
        id: `replace ${id}`,
        label: `Replace model ${quoteName(name)}…`,
        terms: "switch change",
        disabledReason: missing,
        draw: () => <EntryIcon icon={Replace} />,
        onPick: () => onOpen({ ...subject, isReplacing: true }),
      };
      return [uses, replacement];
    });
  }, [router, client, isOffered, models, recordTypes, missing, onOpen]);
}

/** Lists the names in a saved flow: unsaved edits are not in the server's index of uses. */
function listNames(flow: Flow): readonly StepUseSubject[] {
  return [...getLocationsOfAllSteps(parseFlowDocument(flow)).values()].flatMap(
    ({ node }): readonly StepUseSubject[] => [
      ...listVariablesSetByStep(node, stepTypeLookup).map(
        ({ name }) => ({ kind: "variable", name }) as const,
      ),
      ...listModelUses(node).map(({ name }) => ({ kind: "model", name }) as const),
      ...listSecretUses(node, stepTypeLookup).map(({ key }) => ({ kind: "secret", name: key }) as const),
      ...listRecordTypeUses(node).map(({ name }) => ({ kind: "recordType", name }) as const),
    ],
  );
}

export function findOpenFlowId(pathname: string): string | undefined {
  return /^\/flows\/([^/]+)/.exec(pathname)?.[1];
}
