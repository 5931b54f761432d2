import { Breadcrumbs, Button, Group, Text, Title } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconLink } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { Freeze } from "./Freeze";
import { Go } from "./Go";
import { useMe } from "./session";
import type { Tone } from "./Status";
import { tellTab } from "./tab";

export interface PageHeadProps {
  title: string;
  sub?: ReactNode;
  /** The state of the page's subject, shown in the tab as well. */
  tone?: Tone;
  /** The list this page belongs to. */
  up?: { to: string; title: string };
  badges?: ReactNode;
  /** The page is about frozen views, which are not frozen once more. */
  frozen?: boolean;
  children?: ReactNode;
}

/** Title, state and actions of a page; also what the browser's tab says. */
export function PageHead({ title, sub, tone = "idle", up, badges, frozen = false, children }: PageHeadProps) {
  const { tenant, environment } = useMe();
  useEffect(() => tellTab(`${title} · ${tenant.slug}/${environment}`, tone), [title, tenant.slug, environment, tone]);
  return (
    <header className="page-head">
      <div>
        {up && (
          <Breadcrumbs fz="xs" mb={4}>
            <Go to={up.to} fz="xs" c="dimmed">
              {up.title}
            </Go>
            <Text fz="xs" c="dimmed">
              {title}
            </Text>
          </Breadcrumbs>
        )}
        <Group gap="sm">
          <Title order={1}>{title}</Title>
          {badges}
        </Group>
        {sub && (
          <Text component="div" c="dimmed" size="sm" mt={2}>
            {sub}
          </Text>
        )}
      </div>
      <Group gap="xs" className="no-print">
        {children}
        {frozen || <Freeze title={title} />}
        <CopyLink />
      </Group>
    </header>
  );
}

function CopyLink() {
  const { copied, copy } = useClipboard({ timeout: 1500 });
  return (
    <Button
      variant="default"
      leftSection={copied ? <IconCheck size={14} /> : <IconLink size={14} />}
      onClick={() => copy(location.href)}
    >
      {copied ? "Copied" : "Copy link"}
    </Button>
  );
}
