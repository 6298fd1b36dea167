import * as z from "zod/mini";

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 100;

/** Matches of a search are counted up to this number; beyond it, the response has no `totalCount`. */
export const MAX_COUNTED_MATCHES = 1000;

export const pageQueryParamSchemas = {
  limit: z.optional(z.string().check(z.regex(/^-?\d+$/, "a whole number"))),
  cursor: z.optional(z.string()),
  direction: z.optional(z.enum(["next", "prev"])),
  includeCount: z.optional(z.enum(["true", "false"])),
};

export const responsePaginationSchema = z.looseObject({
  limit: z.number(),
  currentOffset: z.number(),
  hasMore: z.boolean(),
  hasPrev: z.boolean(),
  nextCursor: z.nullable(z.string()),
  prevCursor: z.nullable(z.string()),
  totalCount: z.optional(z.number()),
  /** Sent in place of `totalCount` if more than this many items match; an addition to the documented API. */
  totalAbove: z.optional(z.number()),
  totalPages: z.optional(z.number()),
  currentPage: z.optional(z.number()),
});
