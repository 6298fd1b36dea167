import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";
import { type RecordUse, hasReadField } from "./record-use.ts";

/** Maximum number of types of which a record is read, to find a type that the flow reads from. */
const MAX_SAMPLES = 6;

/** Preselects the type of the last run, else the first that the flow reads. `use` is undefined until known. */
export function useRecordType(flowId: string, use: RecordUse | undefined) {
  const types = useRecordTypes({ isFresh: true });
  const [chosenType, setChosenType] = useState<string>();
  const [chosen, chooseRecords] = useState<ReadonlySet<string>>();
  const newest = useQuery({ ...flowRunQueries.newestBatch(flowId), enabled: !types.isListPartial });
  const known = types.data ?? [];
  const isKnown = (type: string) => known.some((one) => one.type === type);
  const lastType = newest.data?.recordType ?? undefined;
  const candidates = new Set([
    ...(lastType !== undefined && isKnown(lastType) ? [lastType] : []),
    ...known.map(({ type }) => type),
  ]);
  const samples = useQueries({
    queries: [...candidates].slice(0, MAX_SAMPLES).map((type) => ({
      ...recordQueries.sample(type),
      enabled: use?.type === "fields",
    })),
  });
  const isSearching =
    use === undefined || (newest.isFetching && !newest.data) || samples.some(({ isLoading }) => isLoading);
  const found =
    use?.type === "anyRecord"
      ? [...candidates][0]
      : samples.find(({ data }) => data && hasReadField(use ?? { type: "nothing" }, data.metadata))?.data
          ?.type;

  const isChosenListed = chosenType !== undefined && (types.isListPartial || isKnown(chosenType));
  const type = isChosenListed ? chosenType : isSearching ? undefined : found;
  const listed = known.find((one) => one.type === type);
  const count = type === undefined || types.isListPartial ? undefined : (listed?.count ?? 0);
  // Chosen records belong to the previous type; those of a half-typed type cannot be listed.
  const choose = (next: string) => {
    setChosenType(next);
    if (next !== type) chooseRecords(types.isListPartial ? undefined : chosen && new Set());
  };
  const isPreselected = chosenType === undefined && type !== undefined;
  return { types, known, type, count, isPreselected, chosen, choose, chooseRecords };
}

export type RecordTypeChoice = ReturnType<typeof useRecordType>;
