import { Link } from "@tanstack/react-router";

/** For a problem that no edit of the flow can fix, such as a missing server setting. */
export function EnvironmentLink({ onFollow }: { readonly onFollow?: (() => void) | undefined }) {
  return (
    <Link
      to="/environment"
      onClick={onFollow}
      className="inline-flex min-h-7 items-center rounded-sm text-sm font-medium text-accent hover:underline pointer-coarse:min-h-10"
    >
      Open environment
    </Link>
  );
}
