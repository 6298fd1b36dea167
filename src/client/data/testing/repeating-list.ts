/** The ways in which the cursors of a faulty server lead to rows that were already read. */
export const REPEATING_CURSORS = {
  "the same cursor": () => "same",
  "alternating cursors": (request: number) => (request % 2 === 0 ? "even" : "odd"),
  "ever new cursors": (request: number) => `cursor ${request}`,
} as const;

export const REPEATING_CURSOR_KINDS = Object.keys(REPEATING_CURSORS) as (keyof typeof REPEATING_CURSORS)[];

/** Creates a list of two pages of two rows each, whose server reports no end but repeats the second page. */
export function createRepeatingList<Row>(
  kind: keyof typeof REPEATING_CURSORS,
  createRow: (index: number) => Row,
) {
  let requests = 0;
  return {
    /** Returns the next response. Throws after 20 requests, because the reader then reads without end. */
    answer() {
      requests += 1;
      if (requests > 20) throw new Error("The list is requested without end.");
      const first = requests === 1 ? 0 : 2;
      return {
        rows: [createRow(first), createRow(first + 1)],
        pagination: {
          limit: 2,
          currentOffset: 0,
          offset: first,
          returned: 2,
          hasMore: true,
          hasPrev: false,
          prevCursor: null,
          nextCursor: REPEATING_CURSORS[kind](requests),
        },
      };
    },
    countRequests: () => requests,
  };
}
