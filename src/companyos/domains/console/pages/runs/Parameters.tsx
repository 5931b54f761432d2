import { useSetWords, useWords } from "@companyos/kit";
import type { Parameters, PlanParameter } from "@companyos/sdk";
import { Checkbox, NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";

const PREFIX = "p.";

/** What a plan is told, from the address bar: a filled form can be sent to somebody. */
export function useParameters(declared: PlanParameter[]): [Parameters, (name: string, value: string) => void] {
  const words = useWords();
  const set = useSetWords();
  const told = declared.flatMap(({ name, type, default: usual }): [string, unknown][] => {
    const word = words[PREFIX + name] ?? (name === "service" ? words["service"] : undefined);
    if (word === undefined || word === "") return usual === null || usual === undefined ? [] : [[name, usual]];
    if (type === "boolean") return [[name, word === "true"]];
    if (type === "integer" || type === "number") return [[name, Number(word)]];
    return [[name, word]];
  });
  return [Object.fromEntries(told), (name, value) => set({ [PREFIX + name]: value || undefined })];
}

export interface ParameterFormProps {
  declared: PlanParameter[];
  told: Parameters;
  onTell: (name: string, value: string) => void;
}

/** One field a parameter; the server checks what is told. */
export function ParameterForm({ declared, told, onTell }: ParameterFormProps) {
  return (
    <SimpleGrid type="container" cols={{ base: 1, "560px": 2 }} spacing="md">
      {declared.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          value={told[parameter.name]}
          onTell={(value) => onTell(parameter.name, value)}
        />
      ))}
    </SimpleGrid>
  );
}

interface FieldProps {
  parameter: PlanParameter;
  value: unknown;
  onTell: (value: string) => void;
}

function Field({ parameter: { name, type, title, required, one_of: choices, pattern }, value, onTell }: FieldProps) {
  const label = title || name;
  const text = value === undefined || value === null ? "" : String(value);
  if (choices.length > 0)
    return (
      <Select
        label={label}
        required={required}
        data={choices.map(String)}
        value={text || null}
        onChange={(chosen) => onTell(chosen ?? "")}
      />
    );
  if (type === "boolean")
    return (
      <Checkbox
        label={label}
        checked={value === true}
        onChange={(event) => onTell(String(event.currentTarget.checked))}
      />
    );
  if (type === "integer" || type === "number")
    return (
      <NumberInput
        label={label}
        required={required}
        allowDecimal={type === "number"}
        value={text === "" ? "" : Number(text)}
        onChange={(next) => onTell(String(next))}
      />
    );
  return (
    <TextInput
      label={label}
      required={required}
      {...(pattern && { description: `Matches ${pattern}` })}
      value={text}
      onChange={(event) => onTell(event.currentTarget.value)}
    />
  );
}
