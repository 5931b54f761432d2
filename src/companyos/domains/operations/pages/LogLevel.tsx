import {
  Act,
  Actor,
  Block,
  Dialog,
  Failure,
  Loaded,
  Status,
  ago,
  useCompanyOS,
  useContextOfUrl,
  useDraft,
  useLoad,
} from "@companyos/kit";
import type { LogLevel } from "@companyos/sdk";
import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

type Level = LogLevel["level"];

const LEVELS = [
  { value: "", label: "Its own default" },
  { value: "debug", label: "Debug: everything" },
  { value: "info", label: "Info and worse" },
  { value: "warning", label: "Warnings and errors" },
  { value: "error", label: "Errors only" },
];

const useLogLevel = (service: string) =>
  useLoad(["services", service, "log-level"], (api, options) => api.services.logLevel(service, options));

/** What a service was told to write into its logs, and the way to tell it something else. */
export function LogLevelAct({ service, onClick }: { service: string; onClick: () => void }) {
  const { level } = useLogLevel(service).data ?? {};
  return (
    <Act
      action="operations:service.set_log_level"
      type="operations.service"
      id={service}
      size="compact-xs"
      variant="default"
      onClick={onClick}
    >
      {level ? `Log level: ${level}` : "Log level"}
    </Act>
  );
}

/** Tell a service what to write; refused when somebody else told it something since it was shown. */
export function SetLogLevel({ service, onClose }: { service: string; onClose: () => void }) {
  const told = useLogLevel(service);
  return (
    <Dialog title={`Log level of ${service}`} size={480} onClose={onClose}>
      <Loaded of={told} what="log level" loading={<Block height={220} />}>
        {(it) => (
          <Stack gap="md">
            <Said of={it} />
            <Tell key={it.etag} of={it} etag={it.etag} onClose={onClose} />
          </Stack>
        )}
      </Loaded>
    </Dialog>
  );
}

/** What it was told last, by whom, and what came of it. */
const Said = ({ of: { status, actor, at, said } }: { of: LogLevel }) =>
  status && at ? (
    <Group gap="xs">
      <Status code={status} />
      <Text size="sm" c="dimmed">
        {ago(at)} by <Actor of={actor ?? ""} />. {said}
      </Text>
    </Group>
  ) : (
    <Text size="sm" c="dimmed">
      It was never told anything: it writes what it does by default.
    </Text>
  );

function Tell({
  of: { service, environment, level, status },
  etag,
  onClose,
}: {
  of: LogLevel;
  etag: string;
  onClose: () => void;
}) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [then, setThen] = useState<Level>(level);
  const [reason, setReason, clear] = useDraft(`services.${service}.log-level`);
  const tell = useMutation({
    mutationFn: () => api.services.setLogLevel(service, etag, { level: then, reason: reason.trim() }, { context }),
    onSuccess: () => (clear(), onClose()),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <>
      {tell.error && <Failure error={tell.error} />}
      <Select
        label={`What it writes in ${environment}`}
        description="The service follows within seconds; nothing restarts."
        data={LEVELS}
        value={then ?? ""}
        onChange={(value) => setThen((value || null) as Level)}
        allowDeselect={false}
        data-autofocus
      />
      <Textarea
        label="Why?"
        description="Kept with the record."
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Act
          action="operations:service.set_log_level"
          type="operations.service"
          id={service}
          loading={tell.isPending}
          hindrance={then === level && status !== "failed" ? "That is how it is already." : undefined}
          onClick={() => tell.mutate()}
        >
          Tell it
        </Act>
      </Group>
    </>
  );
}
