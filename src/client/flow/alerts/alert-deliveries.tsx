import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { useId } from "react";
import type { AlertDelivery } from "#contract/alerts.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { alertMutations } from "#client/data/mutations/alert-mutations.ts";
import { alertQueries } from "#client/data/queries/alert-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { fieldLabelClasses } from "#client/ui/fields/field.tsx";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { AlertDeliveryState } from "./alert-delivery-state.tsx";

type DeliveriesProps = {
  readonly id: string;
  /** Called when the user goes to the run of a delivery. */
  readonly onLeave: () => void;
  /** Why no test can be sent now. */
  readonly disabledReason: string | undefined;
};

/** The newest deliveries of an alert, and a button that sends a test. */
export function AlertDeliveries({ id, disabledReason, onLeave }: DeliveriesProps) {
  const headingId = useId();
  const { data, error } = useQuery(alertQueries.deliveries(id));
  const test = useMutation(alertMutations.test());
  return (
    <section aria-labelledby={headingId} className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h3 id={headingId} className={fieldLabelClasses}>
          Sent lately
        </h3>
        <Button
          size="sm"
          icon={Send}
          busy={test.isPending}
          disabledReason={disabledReason}
          onClick={() => test.mutate(id)}
        >
          Send test
        </Button>
      </div>
      {/* The lint rule asks for `<output>`, which does not wrap its text. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <p role="status" className="text-sm empty:hidden">
        {test.data && (
          <span className={joinClasses("break-words", test.data.isSent ? "text-success" : "text-danger")}>
            {test.data.isSent ? test.data.message : `Test not sent. ${test.data.message}`}
          </span>
        )}
        {test.error && <span className="text-danger">{describeRequestErrorForUser(test.error)}</span>}
      </p>
      {data?.length === 0 && <p className="text-sm text-muted">Nothing sent yet.</p>}
      {!data && (
        <p role={error ? "alert" : undefined} className="text-sm text-muted">
          {error ? describeRequestErrorForUser(error) : "Loading…"}
        </p>
      )}
      {data && data.length > 0 && (
        // Focusable, because keyboard users can scroll only a focusable element.
        <ul
          aria-labelledby={headingId}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="focus-inset flex max-h-52 flex-col overflow-y-auto rounded-md border border-line"
        >
          {data.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} onLeave={onLeave} />
          ))}
        </ul>
      )}
    </section>
  );
}

type DeliveryRowProps = Pick<DeliveriesProps, "onLeave"> & { readonly delivery: AlertDelivery };

function DeliveryRow({ delivery, onLeave }: DeliveryRowProps) {
  const now = useMinuteClock();
  const { title, error, attempts, nextAttemptAt, flowId, runId } = delivery;
  return (
    <li className="flex flex-col gap-0.5 border-b border-line px-3 py-1.5 last:border-0">
      <span className="flex flex-wrap items-center justify-between gap-x-3">
        {flowId !== null && runId !== null ? (
          <Link
            to="/flows/$flowId/runs/$batchId"
            params={{ flowId, batchId: runId }}
            onClick={onLeave}
            dir="auto"
            className="min-w-0 rounded-sm text-sm break-words hover:underline"
          >
            {title}
          </Link>
        ) : (
          <span dir="auto" className="min-w-0 text-sm break-words">
            {title}
          </span>
        )}
        <AlertDeliveryState delivery={delivery} />
      </span>
      {(error !== null || attempts > 1) && (
        <span className="text-xs break-words text-muted">
          {error}
          {attempts > 1 && ` ${attempts} attempts.`}
          {nextAttemptAt !== null && ` Next try ${formatClockTime(Date.parse(nextAttemptAt), now)}.`}
        </span>
      )}
    </li>
  );
}
