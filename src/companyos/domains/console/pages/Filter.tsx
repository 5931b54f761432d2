import { TextInput } from "@mantine/core";

interface FilterProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
}

/** One word that narrows a list, kept in the address by whoever shows it. */
export const Filter = ({ label, value, onChange }: FilterProps) => (
  <TextInput
    size="xs"
    w={130}
    visibleFrom="sm"
    placeholder={label}
    aria-label={label}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);
