/** Text that may be longer than its box: scrolls, also by keyboard. */
export const Scrolled = ({ label, children }: { label: string; children: string }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <pre tabIndex={0} role="region" aria-label={label}>
    {children}
  </pre>
);
