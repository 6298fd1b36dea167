import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Bookmark, ListTree, Tag } from "lucide-react";
import { useMemo } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { type ViewPage, savedViewStore } from "#client/data/device/saved-views.ts";
import { flowTagQueries } from "#client/data/queries/flow-tag-queries.ts";
import { parseUrlSearchParamsAsText, stringifyUrlSearchParams } from "#client/page/url-search-params.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { EntryIcon, type PaletteEntry } from "./palette-entry.tsx";

/** Lists what opens the list of flows with a search: the saved views, the tags and the search in steps for the query. */
export function useListEntries(query: string, canSearchSteps: boolean): readonly PaletteEntry[] {
  const router = useRouter();
  const text = query.trim();
  const { data: tags } = useQuery({ ...flowTagQueries.list(), enabled: text !== "" });
  const views = savedViewStore.getState();
  return useMemo(() => {
    const open = (search: Readonly<Record<string, unknown>>, page: ViewPage | "flows" = "flows") =>
      router.history.push(`/${page}${stringifyUrlSearchParams(search)}`);
    return [
      ...views.map(({ id, name, search, page }): PaletteEntry => ({
        id: `view ${id}`,
        group: "Saved views",
        label: name,
        terms: "saved views",
        draw: () => <EntryIcon icon={Bookmark} />,
        onPick: () => open({ ...parseUrlSearchParamsAsText(search), view: id }, page),
      })),
      ...(tags?.tags ?? []).map(({ name, flows }): PaletteEntry => ({
        id: `tag ${name}`,
        group: "Tags",
        label: name,
        detail: formatCount(flows, "flow"),
        terms: "tags",
        draw: () => <EntryIcon icon={Tag} />,
        onPick: () => open({ tag: [name] }),
      })),
      ...(canSearchSteps
        ? [
            {
              id: "searchSteps",
              group: "All flows",
              label: `Search in steps for ${quoteName(text)}`,
              isForAnyQuery: true,
              draw: () => <EntryIcon icon={ListTree} />,
              onPick: () => open({ search: text, in: "steps" }),
            } satisfies PaletteEntry,
          ]
        : []),
    ];
  }, [router, views, tags, text, canSearchSteps]);
}
