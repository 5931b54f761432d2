import { useCallback, useState } from "react";

/** What a person is typing, kept for this tab: it survives a step-up, a new sign-in and a reload. */
export function useDraft(key: string, initial = ""): [string, (text: string) => void, () => void] {
  const name = `companyos.draft.${key}`;
  const [text, setText] = useState(() => sessionStorage.getItem(name) ?? initial);
  const change = useCallback(
    (next: string) => {
      setText(next);
      sessionStorage.setItem(name, next);
    },
    [name],
  );
  const clear = useCallback(() => {
    setText(initial);
    sessionStorage.removeItem(name);
  }, [name, initial]);
  return [text, change, clear];
}
