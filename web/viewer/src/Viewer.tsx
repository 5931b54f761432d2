import { Pack } from "@companyos/kit/pack";
import { type Bytes, type PackReport, readPinned, verifyPack } from "@companyos/sdk/pack";
import { type SyntheticEvent, useEffect, useState } from "react";

interface ViewerProps {
  /** The pack's file name. */
  name: string;
  pack: Bytes;
  /** A JWK set of keys that were trusted when the file was written; empty when none were. */
  keys: string;
  /** What its people are called; not part of what is proved. */
  names: Map<string, string>;
}

/** Verifies when it opens, and again when the reader gives a key of their own. */
export function Viewer({ name, pack, keys, names }: ViewerProps) {
  const [own, setOwn] = useState("");
  const [report, setReport] = useState<PackReport>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let left = false;
    judge(pack, own || keys).then(
      (found) => {
        if (left) return;
        setReport(found);
        setProblem("");
      },
      (error: unknown) => {
        if (!left) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      left = true;
    };
  }, [pack, own, keys]);
  return (
    <>
      <header className="top">
        <h1>Evidence pack</h1>
        <span>{name}</span>
      </header>
      <main>
        {report ? (
          <Pack
            of={report}
            trustedFrom={own ? "you gave here" : "was given when this file was written"}
            show={(ref) => <Named of={ref} name={names.get(ref)} />}
            actions={
              <>
                <OwnKey onGive={setOwn} />
                <SavePack name={name} pack={pack} />
              </>
            }
          />
        ) : (
          !problem && <p role="status">Verifying…</p>
        )}
        {problem && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <footer>
          {names.size > 0 &&
            "Names of people were written beside the pack when this file was made; the pack proves their ids. "}
          Verified by this file in this browser; nothing was sent and nothing was loaded. Whoever gives you such a file
          could have changed its words: when it matters, save the pack and run <code>companyos evidence verify</code> on
          it, or write this file yourself with <code>companyos evidence view</code>.
        </footer>
      </main>
    </>
  );
}

/** Who or what, as the pack writes it, and what it is called. */
const Named = ({ of: ref, name }: { of: string; name: string | undefined }) => (
  <>
    {name} <code>{ref}</code>
  </>
);

const judge = async (pack: Bytes, keys: string) => verifyPack(pack, keys ? await readPinned(keys) : undefined);

/** Insist on a key that the reader has from elsewhere. */
function OwnKey({ onGive }: { onGive: (key: string) => void }) {
  const give = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get("key");
    onGive(typeof key === "string" ? key : "");
  };
  return (
    <form onSubmit={give}>
      <input name="key" aria-label="A key that you trust" placeholder="A key that you trust: JWK, note key or base64" />
      <button type="submit">Verify with this key</button>
    </form>
  );
}

function SavePack({ name, pack }: { name: string; pack: Bytes }) {
  const save = () => {
    const href = URL.createObjectURL(new Blob([pack], { type: "application/zip" }));
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };
  return (
    <button type="button" onClick={save}>
      Save the pack
    </button>
  );
}
