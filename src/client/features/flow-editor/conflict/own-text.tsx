import { lazyPart } from "#client/ui/lazy-part.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";

const TextMerge = lazyPart(async () => (await import("#client/ui/text-merge.tsx")).TextMerge, {
  fallback: <SkeletonRows label="Loading the editor" rows={3} />,
});

type OwnTextProps = {
  readonly text: string;
  readonly theirs: string;
  readonly onChange: (text: string) => void;
};

/** A text of both, written by the person: it begins with mine, and theirs stands beside it. */
export function OwnText({ text, theirs, onChange }: OwnTextProps) {
  return (
    <TextMerge
      label="The text that holds"
      text={text}
      other={theirs}
      otherLabel="theirs"
      onChange={onChange}
    />
  );
}
