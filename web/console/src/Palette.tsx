import { tellSearch } from "@companyos/kit";
import { Combobox, Modal, Text, TextInput, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { client } from "./client";
import { useEntries, words } from "./entries";

/** ⌘K: pages, things and intents in one box. */
export function Palette({ onClose }: { onClose: () => void }) {
  return (
    <Modal.Root
      opened
      onClose={onClose}
      size={600}
      radius="lg"
      padding={0}
      yOffset="9vh"
      transitionProps={{ duration: 0 }}
      className="palette"
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Search or run">
        <Box onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Box({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  // Before the browser handles the next key: what is typed right after ⌘K belongs here, not to the page's shortcuts.
  useLayoutEffect(() => input.current?.focus(), []);
  const combobox = useCombobox({ opened: true, onDropdownClose: onClose });
  const entries = useEntries(text, setText);
  const ids = entries.map(({ id }) => id).join("\n");

  useEffect(() => {
    if (ids) combobox.selectFirstOption();
    // The list is what changes the selection; the store is a new object on every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [ids]);

  const submit = (id: string) => {
    const entry = entries.find((known) => known.id === id);
    if (text.trim() && entry) tellSearch(client, text.trim().length, entries.length, entries.indexOf(entry) + 1);
    if (!entry?.stays) onClose();
    entry?.run();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit}>
      <Combobox.EventsTarget withExpandedAttribute={false}>
        <TextInput
          variant="unstyled"
          size="md"
          ref={input}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder="Search, or type : for intents"
          leftSection={<IconSearch size={17} />}
          aria-label="Search or run"
        />
      </Combobox.EventsTarget>
      <Combobox.Options className="palette-list" aria-label="Results">
        {entries.map(({ id, title, hint, icon }) => (
          <Combobox.Option key={id} value={id} className="palette-row">
            <span className="palette-icon">{icon}</span>
            <span className="palette-text">
              <Text size="sm" component="span">
                {title}
              </Text>
              <Text size="xs" c="dimmed" component="span">
                {hint}
              </Text>
            </span>
          </Combobox.Option>
        ))}
        {entries.length === 0 && <Combobox.Empty>{emptyOf(text)}</Combobox.Empty>}
      </Combobox.Options>
      <Text size="xs" c="dimmed" className="palette-foot">
        {words.map(({ word }) => `:${word}`).join("   ")}
      </Text>
    </Combobox>
  );
}

const emptyOf = (text: string) =>
  /^:\w+\s*$/.test(text) ? "Go on with a name." : "Nothing in this tenant and environment.";
