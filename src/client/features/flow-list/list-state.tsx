import { Plus } from "lucide-react";
import { describeError, NetworkError } from "#client/data/api-error.ts";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { LineDrawing } from "./line-drawing.tsx";
import { isNarrowed, type ListAddress } from "./list-address.ts";
import { describePublishState } from "#client/flow/publish-state.ts";
import type { FlowList } from "./use-flow-list.ts";

type ListStateProps = {
  readonly list: FlowList;
  readonly address: ListAddress;
  readonly onCreate: () => void;
  readonly onClear: () => void;
};

/** In place of the rows when there are none to show. */
export function ListState({ list, address, onCreate, onClear }: ListStateProps) {
  if (list.error) {
    return (
      <ErrorState
        title="The flows could not be read"
        text={describeListError(list.error)}
        retrying={list.isRetrying}
        onRetry={list.retry}
      />
    );
  }
  if (isNarrowed(address)) {
    return (
      <EmptyState
        title="No flow matches"
        text={describeQuestion(address)}
        drawing={<LineDrawing isBroken />}
        action={<Button onClick={onClear}>Show all flows</Button>}
      />
    );
  }
  return (
    <EmptyState
      title="No flows yet"
      text="A flow is a line of steps: it fetches, thinks, writes and sends, one station after the other."
      drawing={<LineDrawing />}
      action={
        <Button icon={Plus} onClick={onCreate}>
          Create the first flow
        </Button>
      }
    />
  );
}

export function describeListError(error: Error): string {
  if (error instanceof NetworkError)
    return "The server cannot be reached. Your flows are safe; check that the server is running, then try again.";
  return describeError(error);
}

function describeQuestion({ search, status }: ListAddress): string {
  const named = search === undefined ? "" : ` with “${search}” in its name`;
  if (status === undefined) return `There is no flow${named}.`;
  return `There is no flow${named} and the status “${describePublishState(status)}”.`;
}
