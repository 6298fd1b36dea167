import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { FlaskConical, Plus, Upload } from "lucide-react";
import { useState } from "react";
import { type CreateFlowBody, STARTER_FLOW_NAME } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { describePublishState } from "#client/flow/publish-state.ts";
import { showOnboarding } from "#client/flow/onboarding/onboarding-state.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { hasActiveFlowFilters, type FlowListSearchParams } from "./flow-list-search-params.ts";

type EmptyFlowListProps = {
  readonly address: FlowListSearchParams;
  /** Why the user may not edit flows; undefined if they may. */
  readonly viewOnlyReason: string | undefined;
  readonly onCreate: () => void;
  readonly onImport: () => void;
  readonly onOpen: (flowId: string) => void;
  /** Undefined if the search cannot be repeated in the steps of the flows. */
  readonly onSearchSteps: (() => void) | undefined;
  readonly onClear: () => void;
};

export function EmptyFlowList({
  address,
  viewOnlyReason,
  onCreate,
  onImport,
  onOpen,
  onSearchSteps,
  onClear,
}: EmptyFlowListProps) {
  if (hasActiveFlowFilters(address)) {
    return (
      <EmptyState
        title="No matching flows"
        text={describeQuestion(address)}
        drawing={<LineDrawing isBroken />}
        action={
          <>
            {onSearchSteps && <Button onClick={onSearchSteps}>Search in steps</Button>}
            <Button onClick={onClear}>Show all flows</Button>
          </>
        }
      />
    );
  }
  return (
    <EmptyState
      title="No flows yet"
      text="A flow runs steps in order to fetch, generate, transform and send data."
      drawing={<LineDrawing />}
      action={
        <>
          <Button icon={Plus} disabledReason={viewOnlyReason} onClick={onCreate}>
            Create your first flow
          </Button>
          <TrySampleButton viewOnlyReason={viewOnlyReason} onOpen={onOpen} />
          <Button icon={Upload} disabledReason={viewOnlyReason} onClick={onImport}>
            Import flows
          </Button>
        </>
      }
    />
  );
}

/** Creates a flow that runs without any key, and opens it with the card of first steps. */
function TrySampleButton({ viewOnlyReason, onOpen }: Pick<EmptyFlowListProps, "viewOnlyReason" | "onOpen">) {
  const client = useQueryClient();
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const start = () => {
    // The list may show the new flow, and unmount this button, before the response arrives.
    const isStillHere = createStillOnPageCheck(router);
    setBusy(true);
    createStarterFlow(client).then(
      ({ id }) => {
        showOnboarding();
        if (isStillHere()) onOpen(id);
      },
      (error: unknown) => {
        setBusy(false);
        toasts.show({
          tone: "danger",
          text: `Couldn’t create the sample. ${describeRequestErrorForUser(error)}`,
        });
      },
    );
  };
  return (
    <Button icon={FlaskConical} busy={isBusy} disabledReason={viewOnlyReason} onClick={start}>
      Try it on a sample
    </Button>
  );
}

async function createStarterFlow(client: QueryClient) {
  const { FLOW_TEMPLATES } = await import("#contract/flow-templates/flow-templates.ts");
  const starter = FLOW_TEMPLATES.find(({ flow }) => flow.name === STARTER_FLOW_NAME);
  return runMutationOutsideComponent(client, flowMutations.create(), starter?.flow as CreateFlowBody);
}

function describeQuestion({ search, status, tag, show }: FlowListSearchParams): string {
  const kind = show && { favorites: "favorite ", recent: "recently opened " }[show];
  const tags = tag
    ? ` with ${tag.length > 1 ? "the tags" : "the tag"} ${tag.map(quoteName).join(" and ")}`
    : "";
  const flows = `${kind ?? ""}${labelFlows(status)}${tags}`;
  if (search !== undefined) return `No ${flows} match ${quoteName(search)}.`;
  const hint = show === "favorites" && !tag && !status ? " Mark a flow with its star." : "";
  return `No ${flows}.${hint}`;
}

function labelFlows(status: FlowListSearchParams["status"]): string {
  if (status === undefined) return "flows";
  return status === "changed"
    ? "flows with unpublished changes"
    : `${describePublishState(status).toLowerCase()} flows`;
}

function LineDrawing({ isBroken = false }: { readonly isBroken?: boolean }) {
  const width = isBroken ? 116 : 152;
  return (
    <svg width={width} height="40" viewBox={`0 0 ${width} 40`} fill="none" strokeWidth="2">
      <path d="M8 24h36" className="stroke-line-strong" />
      {isBroken ? (
        <path d="M44 24h64" className="stroke-line-strong" strokeDasharray="2 6" strokeLinecap="round" />
      ) : (
        <path d="M44 24h18a14 14 0 0 1 28 0h18" className="stroke-line-strong" />
      )}
      {!isBroken && (
        <path d="M112 24h20" className="stroke-line-strong" strokeDasharray="2 6" strokeLinecap="round" />
      )}
      <circle cx="8" cy="24" r="6" className="fill-context" />
      <circle cx="44" cy="24" r="6" className="fill-ai" />
      {!isBroken && <circle cx="76" cy="24" r="6" className="stroke-control" />}
      <circle cx="108" cy="24" r="6" className={isBroken ? "stroke-line-strong" : "fill-replies"} />
      {!isBroken && (
        <g className="stroke-accent" strokeLinecap="round">
          <circle cx="140" cy="24" r="7" strokeDasharray="3 3.6" />
          <path d="M137 24h6M140 21v6" />
        </g>
      )}
    </svg>
  );
}
