import {
  Act,
  Failure,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { AskableTable, Question } from "@companyos/sdk";
import { Group, Select, Stack, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Builder } from "./Builder";
import { Catalogue } from "./Catalogue";
import { QuoteLine } from "./QuoteLine";
import { Result } from "./Result";
import { FIRST, sqlOf } from "./built";
import "./asking.css";

const DAYS = ["1", "7", "30", "90", "365"];

/** Ask what happened: what it costs stands there before it is asked, and why not where it is refused. */
export default function ExplorePage() {
  const head = (
    <PageHead title="Explore" sub="Ask what happened, in SQL or step by step">
      <Go to="/analytics/budgets" size="sm">
        Budgets
      </Go>
    </PageHead>
  );
  return (
    <Permitted action="analytics:table.list" what="what can be asked about" head={head}>
      <Stack gap="md">
        {head}
        <Asking />
      </Stack>
    </Permitted>
  );
}

function Asking() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const tables = useLoad(["questions", "tables"], (known, options) => known.questions.tables(options));
  const [kept, keep] = useWord("sql", sqlOf(FIRST));
  const [purpose, setPurpose] = useWord("purpose", "product_improvement");
  const [days, setDays] = useWord("days", "30");
  const [sql, setSql] = useState(kept);
  const [settled] = useDebouncedValue(sql, 400);
  const editor = useRef<HTMLTextAreaElement>(null);

  const question: Question = { sql: settled, purpose };
  const quote = useLoad(
    ["questions", "quote", settled, purpose, days],
    (known, options) => known.questions.quote({ ...question, since: sinceOf(days) }, options),
    { enabled: settled.trim() !== "" },
  );
  const ask = useMutation({
    mutationFn: () => api.questions.ask({ sql, purpose, since: sinceOf(days) }, { context }),
    onMutate: () => keep(sql),
    onSettled: () => queries.invalidateQueries({ queryKey: [context, "questions", "quote"] }),
  });
  const run = () => !ask.isPending && sql.trim() !== "" && ask.mutate();
  const insert = (name: string) => {
    const at = editor.current?.selectionStart ?? sql.length;
    setSql(`${sql.slice(0, at)}${name}${sql.slice(at)}`);
    editor.current?.focus();
  };
  const show = (line: number, column: number) => {
    const before =
      sql
        .split("\n")
        .slice(0, line - 1)
        .join("\n").length + (line > 1 ? 1 : 0);
    const from = before + column - 1;
    editor.current?.focus();
    editor.current?.setSelectionRange(from, from + (/^[\w.]+/.exec(sql.slice(from))?.[0].length ?? 1));
  };

  return (
    <>
      <div className="asking">
        <Panel title="Question" sub="one SELECT in Trino's dialect; rows of this environment" pad>
          <Stack gap="sm">
            <Builder onBuilt={setSql} />
            <Textarea
              ref={editor}
              aria-label="SQL"
              value={sql}
              onChange={(event) => setSql(event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && run()}
              description="Ctrl or ⌘ with Enter asks"
              inputWrapperOrder={["input", "description"]}
              autosize
              minRows={5}
              maxRows={20}
              spellCheck={false}
              classNames={{ input: "sql" }}
            />
            <Group gap="sm" align="end">
              <Select
                label="What it is for"
                w={210}
                data={(tables.data?.purposes ?? [purpose]).map((name) => ({ value: name, label: spoken(name) }))}
                value={purpose}
                onChange={(value) => value && setPurpose(value)}
                allowDeselect={false}
              />
              <Select
                label="Looking back"
                w={130}
                data={DAYS.map((value) => ({ value, label: value === "1" ? "1 day" : `${value} days` }))}
                value={days}
                onChange={(value) => value && setDays(value)}
                allowDeselect={false}
              />
              <Act
                action="analytics:question.ask"
                type="analytics.purpose"
                id={purpose}
                leftSection={<IconPlayerPlay size={14} />}
                loading={ask.isPending}
                onClick={run}
              >
                Ask
              </Act>
            </Group>
            <QuoteLine quote={quote} onDays={setDays} onPlace={show} />
          </Stack>
        </Panel>
        <Panel title="Tables" sub="click a name to write it">
          <Loaded of={tables} loading={<Lines rows={8} />}>
            {({ items }: { items: AskableTable[] }) => <Catalogue tables={items} onPick={insert} />}
          </Loaded>
        </Panel>
      </div>
      {ask.error && <Failure error={ask.error} />}
      {ask.data && <Result answer={ask.data} />}
    </>
  );
}

const spoken = (name: string) => name.replaceAll("_", " ");

/** Whole minutes, so that the same question a moment later is the same. */
function sinceOf(days: string): string {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return new Date(minute - Number(days) * 86_400_000).toISOString();
}
