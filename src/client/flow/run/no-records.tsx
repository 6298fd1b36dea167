import { Link } from "@tanstack/react-router";
import { buttonColours } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";

/** Nothing to run on: leads to where that is made. */
export function NoRecords({ onLeave }: { readonly onLeave: () => void }) {
  return (
    <EmptyState
      headingLevel={3}
      title="No records yet"
      text="A flow runs on records, such as customers or pages. Make some, or import them from a file, then run it."
      action={
        <Link
          to="/records"
          onClick={onLeave}
          className={joinClasses(
            "inline-flex h-8 items-center rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
            buttonColours.secondary,
          )}
        >
          Go to the records
        </Link>
      }
    />
  );
}
