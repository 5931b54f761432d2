import { roleWords } from "@companyos/kit";
import { Badge, CloseButton, SegmentedControl, Select } from "@mantine/core";
import { LENGTHS, dayLabel, useScope } from "./scope";

/** Time and role of a report: shared by every panel of the page, kept in its address. */
export function ScopeBar({ roles }: { roles?: string[] }) {
  const { scope, set } = useScope();
  const plain = scope.until === null && LENGTHS.some((length) => length === scope.days);
  return (
    <>
      {roles && (
        <Select
          size="xs"
          w={170}
          aria-label="Role"
          placeholder="Every role"
          clearable
          searchable
          value={scope.role || null}
          data={[...new Set([...roles, scope.role])]
            .filter(Boolean)
            .map((role) => ({ value: role, label: roleWords(role) }))}
          onChange={(role) => set({ role: role ?? undefined })}
        />
      )}
      {!plain && (
        <Badge
          size="lg"
          rightSection={
            <CloseButton
              size="xs"
              aria-label="Back to the last 30 days"
              onClick={() => set({ days: undefined, until: undefined })}
            />
          }
        >
          {scope.days} days{scope.until ? ` to ${dayLabel(scope.until)}` : ""}
        </Badge>
      )}
      <SegmentedControl
        size="xs"
        aria-label="Days"
        value={plain ? String(scope.days) : ""}
        onChange={(days) => set({ days: days === "30" ? undefined : days, until: undefined })}
        data={LENGTHS.map((length) => ({ value: String(length), label: `${length}d` }))}
      />
    </>
  );
}
