import { type ButtonProps, Text } from "@mantine/core";
import { IconFileCertificate } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Act } from "./Act";
import { download } from "./csv";
import { useCompanyOS, useContextOfUrl } from "./session";

/** Save the signed pack of an act. */
export function DownloadEvidence({ id, ...look }: { id: string } & ButtonProps) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const save = useMutation({
    meta: { action: "evidence:pack.read" },
    mutationFn: () => api.evidence.download(id, { context }),
    onSuccess: (pack) => download(`evidence-${id}.zip`, pack),
  });
  return (
    <>
      <Act
        action="evidence:pack.read"
        leftSection={<IconFileCertificate size={14} />}
        loading={save.isPending}
        onClick={() => save.mutate()}
        {...look}
      >
        Download evidence
      </Act>
      {save.error && (
        <Text size="xs" c="red" role="alert">
          {save.error.message}
        </Text>
      )}
    </>
  );
}
