// Passkey ceremonies: the form carries the options, the answer goes into its field `passkey`, the form is sent.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const told = form.querySelector("[data-passkey-problem]");
  const field = form.elements.namedItem("passkey");

  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    told.hidden = true;
    try {
      const credential = await ask(form.dataset.passkey, JSON.parse(form.dataset.options));
      field.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch (error) {
      told.textContent = sentence(error);
      told.hidden = false;
    }
  });
}

function ask(ceremony, options) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) throw new DOMException("", "NotSupportedError");
  return ceremony === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function sentence(error) {
  if (error.name === "NotSupportedError") return "This browser cannot use passkeys. Use another factor.";
  if (error.name === "InvalidStateError") return "This device already holds a passkey for your account.";
  return "The passkey was not used: it was cancelled or took too long. Try again.";
}
