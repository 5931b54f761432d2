import type { PackReport } from "@companyos/sdk/pack";
import { Field } from "./Fields";
import { Part } from "./Part";
import { moment } from "./reading";
import { Scrolled } from "./Scrolled";

/** That the ledger holds the record: its place, the path to the root, the signed checkpoint, the keys. */
export function Inclusion({ of: report }: { of: PackReport }) {
  const { proof, checkpoint, claimed } = report;
  const note = report.files.get("checkpoint.txt");
  return (
    <Part
      title="Place in the ledger"
      files={["proof.json", "checkpoint.txt", "keys.json"]}
      of={report}
      shown={proof !== undefined || checkpoint !== undefined}
    >
      <dl>
        {proof && (
          <Field name="Place">
            record {proof.leaf_index} of {proof.tree_size}, counted from 0
          </Field>
        )}
        {checkpoint && (
          <Field name="Ledger">
            <code>{checkpoint.origin}</code>
          </Field>
        )}
        {proof && (
          <Field name="Leaf">
            <code>{proof.leaf_hash}</code>
          </Field>
        )}
        {proof && (
          <Field name="Root">
            <code>{proof.root}</code>
          </Field>
        )}
        {claimed.map((key) => (
          <Field key={key.kid} name={key.kid === report.signer?.kid ? "Signed by" : "Key in the pack"}>
            <code>{key.kid}</code> {key.since && `since ${moment(key.since)}`}{" "}
            {key.until && `until ${moment(key.until)}`}
          </Field>
        ))}
      </dl>
      {proof && (
        <details>
          <summary>Inclusion proof: {proof.hashes.length} neighbours from the leaf upwards</summary>
          <ol className="hashes">
            {proof.hashes.map((hash, i) => (
              <li key={i}>
                <code>{hash}</code>
              </li>
            ))}
          </ol>
        </details>
      )}
      {note && (
        <details>
          <summary>Signed checkpoint</summary>
          <Scrolled label="Signed checkpoint">{new TextDecoder().decode(note)}</Scrolled>
        </details>
      )}
    </Part>
  );
}
