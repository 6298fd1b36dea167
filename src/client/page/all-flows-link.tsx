import { Link } from "@tanstack/react-router";
import { buttonColorClasses } from "#client/ui/controls/button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export function AllFlowsLink() {
  return (
    <Link
      to="/flows"
      className={joinClasses(
        "inline-flex h-8 items-center rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
        buttonColorClasses.secondary,
      )}
    >
      All flows
    </Link>
  );
}
