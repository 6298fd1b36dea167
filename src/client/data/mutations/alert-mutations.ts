import { mutationOptions } from "@tanstack/react-query";
import type { AlertBody } from "#contract/alerts.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { alertQueries } from "#client/data/queries/alert-queries.ts";

const meta = { invalidates: [alertQueries.all()] };

/** Longer than an attempt of the server. */
const TEST_MS = 20_000;

interface AlertToSave {
  /** Undefined for a new alert. */
  readonly id: string | undefined;
  readonly body: AlertBody;
}

export const alertMutations = {
  /** Also restores an alert that was just deleted. */
  save: () =>
    mutationOptions({
      mutationFn: ({ id, body }: AlertToSave) =>
        id === undefined
          ? callEndpoint("createAlert", { body })
          : callEndpoint("updateAlert", { params: { id }, body }),
      meta,
    }),

  remove: () =>
    mutationOptions({
      mutationFn: (id: string) => callEndpoint("deleteAlert", { params: { id } }),
      meta,
    }),

  test: () =>
    mutationOptions({
      mutationFn: (id: string) => callEndpoint("testAlert", { params: { id }, timeLimitMs: TEST_MS }),
      meta,
    }),

  rotateSecret: () =>
    mutationOptions({
      mutationFn: (id: string) => callEndpoint("rotateAlertSecret", { params: { id } }),
      meta,
    }),
};
