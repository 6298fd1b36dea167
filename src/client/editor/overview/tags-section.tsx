import { Star } from "lucide-react";
import { useSyncExternalStore } from "react";
import { deviceTagStore, readDeviceTags } from "#client/data/device/device-tags.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useRememberedFlowIds } from "#client/flow/remembered-flows.ts";
import { TagChip } from "#client/flow/tags/tag-chips.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { editFlowTagsAction, toggleFavoriteAction } from "#client/editor/actions/edit-tags.ts";
import { useEditor } from "#client/editor/session/editor-context.tsx";
import { FlowOverviewSection, TEXT_BUTTON_CLASSES } from "./overview-parts.tsx";

/** The tags of the flow, and whether it is a favorite. Neither is part of the flow's definition. */
export function TagsSection() {
  const editor = useEditor();
  const { id, name, tags } = useOpenFlowState((state) => state.flow);
  const kept = useSyncExternalStore(deviceTagStore.subscribe, () => readDeviceTags(id));
  const isFavorite = useRememberedFlowIds("favorites").split(",").includes(id);
  const shown = tags ?? kept;
  return (
    <FlowOverviewSection
      title="Tags"
      aside={
        <IconButton
          label={`Favorite ${name}`}
          icon={isFavorite ? FilledStar : Star}
          size="sm"
          aria-pressed={isFavorite}
          onClick={() => toggleFavoriteAction.run(editor, NO_ACTION_TARGET_STEPS)}
          className="-my-1.5 -mr-1.5"
        />
      }
    >
      <div className="flex min-w-0 flex-wrap items-center gap-1.5">
        {shown.length > 0 && (
          <ul aria-label="Tags" className="contents">
            {shown.map((tag) => (
              <li key={tag} className="flex max-w-full min-w-0">
                <TagChip name={tag} />
              </li>
            ))}
          </ul>
        )}
        <button
          type="button"
          onClick={() => editFlowTagsAction.run(editor, NO_ACTION_TARGET_STEPS)}
          className={TEXT_BUTTON_CLASSES}
        >
          {shown.length > 0 ? "Edit tags" : "Add tags"}
        </button>
      </div>
    </FlowOverviewSection>
  );
}

const FilledStar = ({ className = "" }: { readonly className?: string }) => (
  <Star className={`${className} fill-current text-warning`} />
);
