// Asks the browser for a passkey and sends its answer with the form. Everything else on the console works without
// JavaScript; a passkey cannot, because only a script may ask the browser for one.
"use strict";

const form = document.querySelector("form[data-passkey]");

function bytesOf(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
}

function textOf(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function answerOf(credential) {
  const given = credential.response;
  const response = { clientDataJSON: textOf(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = textOf(given.attestationObject);
  } else {
    response.authenticatorData = textOf(given.authenticatorData);
    response.signature = textOf(given.signature);
    response.userHandle = given.userHandle ? textOf(given.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(options, makes) {
  options.challenge = bytesOf(options.challenge);
  for (const known of options.allowCredentials ?? []) known.id = bytesOf(known.id);
  for (const known of options.excludeCredentials ?? []) known.id = bytesOf(known.id);
  if (!makes) return navigator.credentials.get({ publicKey: options });
  options.user.id = bytesOf(options.user.id);
  return navigator.credentials.create({ publicKey: options });
}

if (form && window.PublicKeyCredential) {
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  form.querySelector("[data-without-script]").hidden = true;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "Your browser asks for the passkey…";
    try {
      const credential = await ask(JSON.parse(form.dataset.options), form.dataset.passkey === "make");
      form.elements.credential.value = answerOf(credential);
      form.submit();
    } catch {
      said.textContent = "No passkey was given. Try again, or use another device.";
      button.disabled = false;
    }
  });
}
