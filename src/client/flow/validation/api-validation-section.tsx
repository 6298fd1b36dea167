import { useQuery } from "@tanstack/react-query";
import { isUnavailableFeatureError } from "#client/data/queries/api-features.ts";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { validateByApi } from "./validate-by-api.ts";

type ApiValidationSectionProps = {
  readonly document: FlowDocument | undefined;
  readonly onShowProblem: ((problem: Problem) => void) | undefined;
};

const MAX_SHOWN = 5;

/** Never blocks: the API decides when it receives the flow. */
export function ApiValidationSection({ document, onShowProblem }: ApiValidationSectionProps) {
  const isOffered = useOffersFeature("accountValidation");
  const {
    data: findings,
    isLoading,
    error,
  } = useQuery({
    queryKey: ["validation by the API", document && numberOf(document)],
    queryFn: ({ client, signal }) => (document ? validateByApi(client, document, { signal }) : []),
    enabled: isOffered && document !== undefined,
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (isLoading) return <p className="text-sm text-muted">Checking with the API…</p>;
  if (error && !isUnavailableFeatureError(error))
    return (
      <p className="text-sm text-muted">The API’s validation is not available. You can publish anyway.</p>
    );
  const shown = findings?.filter(({ severity }) => severity !== "info") ?? [];
  if (shown.length === 0) return null;
  const rest = shown.length - MAX_SHOWN;
  return (
    <section
      aria-label="Findings of the API"
      className="flex flex-col gap-1.5 rounded-md bg-warning-soft px-3 py-2 text-sm"
    >
      <ul className="flex flex-col gap-1">
        {shown.slice(0, MAX_SHOWN).map((problem, index) => (
          <li key={index} className="flex items-start gap-2">
            <span className="min-w-0 flex-1 py-1 break-words">{problem.message}</span>
            {problem.step !== undefined && onShowProblem && (
              <Button size="sm" onClick={() => onShowProblem(problem)}>
                Show
              </Button>
            )}
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="text-muted">And {formatCount(rest, "more finding")}.</p>}
    </section>
  );
}

const numbers = new WeakMap<FlowDocument, number>();
let lastNumber = 0;

/** Returns a short key of the document for the query cache, which would otherwise hash the whole document. */
function numberOf(document: FlowDocument): number {
  const known = numbers.get(document);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(document, lastNumber);
  return lastNumber;
}
