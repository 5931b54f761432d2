import { Alert, Button, Code, CopyButton, Group } from "@mantine/core";

/** A secret that the server says once. */
export const Once = ({ secret }: { secret: string }) => (
  <Alert color="yellow" role="status" title="Shown only now: copy it">
    <Group justify="space-between" wrap="nowrap">
      <Code className="break">{secret}</Code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button variant="default" flex="none" onClick={copy}>
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Group>
  </Alert>
);
