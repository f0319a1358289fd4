/** Passkeys: asks the device, puts its answer into the form, sends it. Where there are none, the offer stays hidden. */

const forms = document.querySelectorAll("form[data-passkey]");

const bytes = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const known = (credential) => ({ ...credential, id: bytes(credential.id) });

/** Ask the device for a new passkey. */
async function create({ creation_options: { publicKey } }, form) {
  // One that logs in alone has to be found by the device without our naming it, and to ask for its owner.
  const alone = form.elements.passwordless?.checked ?? false;
  const answer = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: publicKey.excludeCredentials?.map(known) ?? [],
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        ...(alone && { userVerification: "required" }),
      },
    },
  });
  return {
    ...common(answer),
    response: {
      clientDataJSON: text(answer.response.clientDataJSON),
      attestationObject: text(answer.response.attestationObject),
      transports: answer.response.getTransports?.() ?? [],
    },
  };
}

/** Ask the device to show that it is them. */
async function confirm({ request_options: { publicKey } }) {
  const answer = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: publicKey.allowCredentials?.map(known) ?? [],
    },
  });
  return {
    ...common(answer),
    response: {
      clientDataJSON: text(answer.response.clientDataJSON),
      authenticatorData: text(answer.response.authenticatorData),
      signature: text(answer.response.signature),
      userHandle: answer.response.userHandle ? text(answer.response.userHandle) : null,
    },
  };
}

function common(answer) {
  return {
    type: answer.type,
    id: answer.id,
    rawId: text(answer.rawId),
    authenticatorAttachment: answer.authenticatorAttachment,
    clientExtensionResults: answer.getClientExtensionResults(),
  };
}

async function optionsFor(form) {
  const given = form.querySelector("script[type='application/json']");
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function ask(form) {
  const failed = form.querySelector("[data-part='failed']");
  const button = form.querySelector("button[type='submit']");
  failed.hidden = true;
  button.disabled = true;
  try {
    const options = await optionsFor(form);
    const credential = await (form.dataset.passkey === "create" ? create(options, form) : confirm(options));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // Closing the device's own window is a choice; whatever else it was, the other ways stand beside this one.
    failed.hidden = false;
    button.disabled = false;
  }
}

for (const form of forms) {
  // An address in numbers can have none, and the page says so.
  const nameless = form.querySelector("[data-part='needs-name']");
  const supported = Boolean(window.PublicKeyCredential && navigator.credentials) && !nameless;
  const unsupported = form.querySelector("[data-part='unsupported']");
  form.hidden = !supported && !unsupported && !nameless;
  if (unsupported) unsupported.hidden = supported || Boolean(nameless);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
  // It rests until here: pressed sooner, the form would go without what the device says.
  form.querySelector("button[type='submit']").disabled = !supported;
}
