import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Replace, Waypoints } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { STEP_TYPES } from "#contract/step-types.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { suggestionQueries } from "#client/data/queries/suggestion-queries.ts";
import { STEP_USE_KIND_LABELS } from "#client/flow/step-uses/step-use-kind-labels.ts";
import type { StepUseSubject } from "#client/flow/step-uses/step-uses-dialog.tsx";
import type { listFlowNames } from "./list-flow-names.ts";
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
  const openFlowId = findOpenFlowId(router.latestLocation.pathname);
  const [listNames, setListNames] = useState<typeof listFlowNames>();
  useEffect(() => {
    // Loaded for an open flow only: the code parses its steps, which other pages have no use for.
    if (openFlowId === undefined) return;
    import("./list-flow-names.ts").then(
      (part) => setListNames(() => part.listFlowNames),
      () => undefined,
    );
  }, [openFlowId]);
  return useMemo((): readonly PaletteEntry[] => {
    if (!isOffered) return [];
    const saved =
      openFlowId === undefined ? undefined : client.getQueryData(flowQueries.detail(openFlowId).queryKey);
    const subjects: readonly StepUseSubject[] = [
      ...(saved && listNames ? listNames(saved.flow) : []),
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
  }, [openFlowId, listNames, client, isOffered, models, recordTypes, missing, onOpen]);
}

export function findOpenFlowId(pathname: string): string | undefined {
  return /^\/flows\/([^/]+)/.exec(pathname)?.[1];
}
