import {
  type Subject,
  Empty,
  Go,
  Panel,
  StatusDot,
  ago,
  pageOf,
  readSubject,
  stamp,
  toneOf,
  words,
} from "@companyos/kit";
import type { DigestEntry } from "@companyos/sdk";
import { Text } from "@mantine/core";

/** What changed in the last day. */
export function Digest({ entries }: { entries: DigestEntry[] }) {
  return (
    <Panel title="What changed" sub="last 24 hours">
      {entries.length === 0 ? (
        <Empty>Nothing changed in the last 24 hours.</Empty>
      ) : (
        <ol className="timeline">
          {entries.slice(0, 12).map((entry) => (
            <Entry key={`${entry.at} ${entry.subject} ${entry.kind}`} entry={entry} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

const nounOf = (subject: Subject | undefined) => subject?.type.split(".").at(-1) ?? "";

function Entry({ entry: { at, kind, title, subject } }: { entry: DigestEntry }) {
  const about = readSubject(subject);
  const page = about && pageOf(about);
  return (
    <li>
      <StatusDot tone={toneOf(kind.split(".").at(-1))} />
      <div>
        {page ? (
          <Go to={page} size="sm" fw={500} c="var(--mantine-color-text)">
            {title}
          </Go>
        ) : (
          <Text size="sm" fw={500}>
            {title}
          </Text>
        )}
        <Text
          size="xs"
          c="dimmed"
          title={stamp(at)}
        >{`${words(`${nounOf(about)} ${kind.split(".").at(-1)}`)} · ${ago(at)}`}</Text>
      </div>
    </li>
  );
}
