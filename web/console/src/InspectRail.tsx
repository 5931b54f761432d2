import {
  Audit,
  Go,
  Loaded,
  Logs,
  Neighbours,
  type Subject,
  Traces,
  pageOf,
  subjectKey,
  useLoad,
  useWord,
} from "@companyos/kit";
import { Badge, CloseButton, Code, Group, ScrollArea, Tabs, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { inspectors } from "./domains";

/** Everything known about one thing, beside whatever page one is on. A closed tab asks nothing. */
export function InspectRail({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const [tab, setTab] = useWord("tab", "summary");
  const page = pageOf(subject);
  const about = inspectors.get(subject.type);
  const service = subject.type === "operations.service" ? { service: subject.id } : undefined;
  const tabs: [string, string, ReactNode][] = [
    ...(about
      ? ([["summary", "Summary", <about.Summary key={subject.id} id={subject.id} />]] as [string, string, ReactNode][])
      : []),
    ["graph", "Graph", <Neighbours key="graph" subject={subject} height={380} />],
    ...(service
      ? ([
          ["logs", "Logs", <Logs key="logs" {...service} />],
          ["traces", "Traces", <Traces key="traces" {...service} />],
        ] as [string, string, ReactNode][])
      : []),
    ["audit", "Audit", <Audit key="audit" subject={subjectKey(subject)} />],
    ...(about ? ([["json", "JSON", <Json key="json" subject={subject} />]] as [string, string, ReactNode][]) : []),
  ];
  const shown = tabs.find(([name]) => name === tab) ?? tabs[0];
  return (
    <>
      <Group justify="space-between" px="md" h={46} wrap="nowrap" className="rail-head">
        <Group gap={8} wrap="nowrap" miw={0}>
          <Text fw={600} truncate>
            {subject.id}
          </Text>
          <Badge color="indigo">{subject.type.split(".").at(-1) ?? subject.type}</Badge>
          {page && (
            <Go to={page} size="xs">
              Open page
            </Go>
          )}
        </Group>
        <CloseButton onClick={onClose} aria-label="Close the inspect rail" />
      </Group>
      <Tabs
        value={shown?.[0] ?? null}
        onChange={(next) => setTab(next ?? "summary")}
        className="rail-tabs"
        keepMounted={false}
      >
        <Tabs.List px="xs">
          {tabs.map(([name, title]) => (
            <Tabs.Tab key={name} value={name}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <ScrollArea className="rail-body" viewportProps={{ tabIndex: 0 }}>
          {tabs.map(([name, , content]) => (
            <Tabs.Panel key={name} value={name}>
              {content}
            </Tabs.Panel>
          ))}
        </ScrollArea>
      </Tabs>
    </>
  );
}

function Json({ subject }: { subject: Subject }) {
  const about = inspectors.get(subject.type);
  const thing = useLoad(
    [subject.type, subject.id, "json"],
    async (api, options) => about?.load(api, subject.id, options) ?? null,
  );
  return (
    <Loaded of={thing}>
      {(loaded) => (
        <Code block m="md">
          {JSON.stringify(loaded, null, 2)}
        </Code>
      )}
    </Loaded>
  );
}
