/**
 * When a failure occurs: `firstOfEachKind` fails the first request of each kind (method and path pattern), a number is
 * the share of requests that fail, evenly spread.
 */
export type FailureShare = "firstOfEachKind" | number;

/** Behavior of the real API that is not documented, and conditions that a client of it must survive. */
export interface RealApiSwitches {
  /** Answers with one flow omit `when` from their steps; `GET /v1/flow-steps/…` includes it. */
  readonly stepsWithoutWhen: boolean;
  /** Further step fields that only `GET /v1/flow-steps/…` returns. */
  readonly fieldsOnlyInFlowSteps: readonly string[];
  /** Step fields that `GET /v1/flow-steps/…` omits. It returns all others, even undocumented ones. */
  readonly fieldsOnlyInFlow: readonly string[];
  /** Answers number the steps from 1. */
  readonly ordersFromOne: boolean;
  /** Writes store default values for absent fields: `enabled`, and the response format of prompts. */
  readonly defaultsFilledIn: boolean;
  readonly publishMovesUpdatedAt: boolean;
  /** Timestamps have microseconds, and two writes can differ only in them. */
  readonly microseconds: boolean;
  /** Pages of flows and records have at most ten rows, whatever `limit` requests. */
  readonly pagesOfTen: boolean;
  /** Delay of each answer in milliseconds. */
  readonly slow: number;
  /** A plan limit, with `upgradeUrl`. This failure and the next three occur on writes and on runs. */
  readonly status402: FailureShare;
  readonly status403: FailureShare;
  readonly status409: FailureShare;
  /** With `Retry-After: 1`. */
  readonly status429: FailureShare;
  /** A gateway's HTML page with status 502, on reads too. The request is not processed. */
  readonly htmlBadGateway: FailureShare;
  /** Each list of flows or records is endless: its cursor always leads to the same page. */
  readonly stuckCursor: boolean;
  /** A page of HTML with status 200 in place of JSON. The request is not processed. */
  readonly htmlInsteadOfJson: FailureShare;
  /** The second half of the JSON is missing. The request is processed. */
  readonly truncatedJson: FailureShare;
  /** Answers have unknown fields and unknown statuses, and flows may have step types that are not documented. */
  readonly nextYear: boolean;
  /** Offset of the server's clock in milliseconds. */
  readonly clockOffset: number;
  /** Scopes of the key, such as `FLOWS:READ`. `*` contains all. */
  readonly scopes: readonly string[];
  /** Duration of each step of a streamed run, and of each record of a batch, in milliseconds. */
  readonly stepMs: number;
}

export const NO_SWITCHES: RealApiSwitches = {
  stepsWithoutWhen: false,
  fieldsOnlyInFlowSteps: [],
  fieldsOnlyInFlow: [],
  ordersFromOne: false,
  defaultsFilledIn: false,
  publishMovesUpdatedAt: false,
  microseconds: false,
  pagesOfTen: false,
  slow: 0,
  status402: 0,
  status403: 0,
  status409: 0,
  status429: 0,
  htmlBadGateway: 0,
  stuckCursor: false,
  htmlInsteadOfJson: 0,
  truncatedJson: 0,
  nextYear: false,
  clockOffset: 0,
  scopes: ["*"],
  stepMs: 2,
};
