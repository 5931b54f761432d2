import { Text } from "@mantine/core";
import { Go } from "./Go";
import { pageOf, readSubject } from "./inspect";

/** `operations.deployment:019a…77a1` as "deployment 8e5a41": the noun, and as much of the id as tells it apart. */
export function SubjectLink({ of }: { of: string }) {
  const subject = readSubject(of);
  if (!subject)
    return (
      <Text component="span" size="sm">
        {of}
      </Text>
    );
  const noun = subject.type.split(".").at(-1) ?? subject.type;
  const id = /^[0-9a-f-]{36}$/.test(subject.id) ? subject.id.slice(-6) : subject.id;
  const page = pageOf(subject);
  const said = (
    <>
      {noun.replaceAll("_", " ")}{" "}
      <Text component="span" size="xs" ff="monospace" inherit={false}>
        {id}
      </Text>
    </>
  );
  return page ? (
    <Go to={page} size="sm" title={of}>
      {said}
    </Go>
  ) : (
    <Text component="span" size="sm" title={of}>
      {said}
    </Text>
  );
}
