import * as z from "zod/mini";

const MAX_TAGS_IN_REQUEST = 100;

export const flowTagsSchema = z.array(z.string());

export const tagsInRequest = flowTagsSchema.check(z.maxLength(MAX_TAGS_IN_REQUEST));

/**
 * Additions and removals instead of the whole list, so that the changes of two users combine. The handler checks the
 * names.
 */
export const changeFlowTagsBodySchema = z.looseObject({
  add: z.optional(tagsInRequest),
  remove: z.optional(tagsInRequest),
});

export const changedFlowTagsSchema = z.looseObject({ tags: flowTagsSchema });

export const listFlowTagsQuerySchema = z.object({ search: z.optional(z.string()) });

/** The most used tags first. `hasMore`: further tags match, which only a narrower search finds. */
export const flowTagListSchema = z.looseObject({
  tags: z.array(z.looseObject({ name: z.string(), flows: z.number() })),
  hasMore: z.boolean(),
});

export type FlowTagList = z.infer<typeof flowTagListSchema>;
export type ListFlowTagsQuery = z.infer<typeof listFlowTagsQuerySchema>;
export type ChangeFlowTagsBody = z.infer<typeof changeFlowTagsBodySchema>;
