import type { PackReport } from "@companyos/sdk/pack";

/** Every file with its size and hash, and what is wrong with it. */
export function FileList({ of: { files, hashes, findings } }: { of: PackReport }) {
  if (files.size === 0) return null;
  return (
    <section aria-label="Files">
      <h2>Files</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Bytes</th>
              <th scope="col">SHA-256</th>
              <th scope="col">Verifies</th>
            </tr>
          </thead>
          <tbody>
            {[...files].map(([name, content]) => {
              const faults = findings.filter(({ where }) => where === name).length;
              return (
                <tr key={name}>
                  <td>{name}</td>
                  <td className="number">{content.length.toLocaleString("en")}</td>
                  <td>
                    <code>{hashes.get(name)}</code>
                  </td>
                  <td className={faults > 0 ? "no" : "yes"}>{faults > 0 ? "no" : "yes"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
