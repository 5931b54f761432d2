import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

export interface DialogProps {
  title: string;
  /** Width in pixels. */
  size?: number;
  onClose: () => void;
  children: ReactNode;
}

/** Every dialog of the console: opens at once, names itself, closes with Escape. Render it only while it is open. */
export function Dialog({ title, size = 560, onClose, children }: DialogProps) {
  return (
    <Modal.Root opened onClose={onClose} size={size} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content>
        {/* A <header> here would be a second banner of the page. */}
        <Modal.Header {...({ component: "div" } as object)}>
          <Modal.Title component="h2">{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
