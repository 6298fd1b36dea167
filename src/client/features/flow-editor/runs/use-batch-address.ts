import { useNavigate } from "@tanstack/react-router";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { type BatchSearch, readBatchSearch } from "./runs-address.ts";

/** What the address of a run is changed to by what is pressed on its page. */
export interface BatchAddress {
  readonly showRecord: (record: string | undefined) => void;
  readonly showStatus: (status: BatchSearch["status"]) => void;
  readonly showResult: (result: string | undefined) => void;
}

export function useBatchAddress(flowId: string, batchId: string, now: BatchSearch): BatchAddress {
  const navigate = useNavigate();
  const go = (search: Record<string, unknown>, replace: boolean) =>
    void navigate({
      to: "/flows/$flowId/runs/$batchId",
      params: { flowId, batchId },
      search: (all) => ({ ...keepStep(all), ...readBatchSearch(search) }),
      replace,
      resetScroll: false,
    });
  const { status } = now;
  return {
    // From one record to the next is one entry of the history, so that Back leads out of them.
    showRecord: (record) => go({ status, record }, record !== undefined && now.record !== undefined),
    showStatus: (next) => go({ status: next }, true),
    showResult: (result) => go({ ...now, result }, true),
  };
}
