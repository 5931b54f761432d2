import { Text, type TextProps } from "@mantine/core";
import { useLoad } from "./session";

/** Who did something, by name. Records keep `person:<id>`; people are looked up once for the whole screen. */
export function Actor({ of, ...look }: { of: string } & TextProps) {
  const [kind, id = ""] = of.split(/:(.*)/s);
  const people = useLoad(["people", "names"], (api, options) => api.people.list({ limit: 200 }, options), {
    enabled: kind === "person",
    frame: true,
  });
  const name = people.data?.items.find((person) => person.id === id)?.name;
  return (
    <Text component="span" title={of} {...look}>
      {name ?? (kind === "system" ? "CompanyOS" : id ? `${kind} ${id.slice(-6)}` : of)}
    </Text>
  );
}
