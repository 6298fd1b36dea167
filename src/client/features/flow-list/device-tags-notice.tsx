import { useMutation } from "@tanstack/react-query";
import { Tags } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { deviceTagStore } from "#client/data/device/device-tags.ts";
import { useMissingScope, useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { readStoredText, storeText } from "#client/storage/stored-text.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { type SharedDeviceTags, dropAllDeviceTags, shareDeviceTags } from "./share-device-tags.ts";

/** Offers to move the tags that this browser keeps to the server, where everyone sees them. */
export function DeviceTagsNotice() {
  const isOffered = useOffersFeature("tagUpload");
  const isViewOnly = useMissingScope("FLOWS:WRITE") !== undefined;
  const count = Object.keys(useStore(deviceTagStore)).length;
  const [isPostponed, setPostponed] = useState(
    () => readStoredText(POSTPONED_KEY, "sessionStorage") !== null,
  );
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: shareDeviceTags,
    onSuccess: (outcome) => {
      if (outcome.shared > 0) toasts.show({ text: describeShared(outcome), tone: "success" });
      if (outcome.failed === 0 && outcome.shared > 0) focusList();
    },
    meta: { invalidates: [flowQueries.all()] },
  });
  if (count === 0 || isPostponed || isViewOnly || !isOffered) return null;
  const isForeign = data !== undefined && data.gone === count;
  const failure = error ? describeRequestErrorForUser(error) : data?.reason;
  const subject = `Tags of ${formatCount(count, "flow")}`;
  return (
    <section
      aria-label="Tags in this browser"
      className="mx-gutter mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-accent-soft py-1.5 pr-1.5 pl-3 text-sm"
    >
      <Tags aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-52 break-words">
        <p>
          {isForeign
            ? `${subject} are in this browser, but the connected account has none of these flows.`
            : `${subject} are only in this browser. Share them with everyone on this server?`}
        </p>
        {failure !== undefined && (
          <p role="alert" className="text-danger">
            Couldn’t share them. {failure}
          </p>
        )}
      </div>
      <div className="flex gap-1.5">
        {isForeign ? (
          <Button
            size="sm"
            onClick={() => {
              dropAllDeviceTags();
              focusList();
            }}
          >
            Delete tags
          </Button>
        ) : (
          <Button size="sm" variant="primary" busy={isPending} onClick={() => mutate()}>
            Share tags
          </Button>
        )}
        <Button
          size="sm"
          variant="ghost"
          onClick={() => {
            storeText(POSTPONED_KEY, "1", "sessionStorage");
            setPostponed(true);
            focusList();
          }}
        >
          Not now
        </Button>
      </div>
    </section>
  );
}

function describeShared({ shared, gone }: SharedDeviceTags): string {
  const lost = gone > 0 ? ` ${formatCount(gone, "flow")} no longer ${gone === 1 ? "exists" : "exist"}.` : "";
  return `Shared the tags of ${formatCount(shared, "flow")}.${lost}`;
}

/** Moves the focus to the search box, because the focused button is about to be unmounted. */
function focusList(): void {
  document.querySelector<HTMLElement>("[data-list-head] input")?.focus();
}

const POSTPONED_KEY = "flowline-device-tags-postponed";
