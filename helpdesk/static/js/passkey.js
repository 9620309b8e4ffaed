// Passkeys: <form data-passkey="prove|make" data-options="address" …><input type="hidden" name="answer"> … </form>
// A form is shown only where the browser knows passkeys. Its button asks the browser, then the form is sent.
"use strict";

(() => {
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (each) => each.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const ask = {
    prove: (options) => navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) },
    }),
    make: (options) => navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: listed(options.excludeCredentials),
      },
    }),
  };

  // What the server reads: the answer's parts, in base64url.
  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {},
    });
  };

  const token = () =>
    document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10)
    || document.querySelector("[name=csrfmiddlewaretoken]")?.value;

  const run = async (form) => {
    const reply = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token() } });
    if (!reply.ok) throw new Error("no options");
    const credential = await ask[form.dataset.passkey](await reply.json());
    form.querySelector("[data-answer]").value = written(credential);
    form.dataset.answered = "yes";
    form.requestSubmit();
  };

  const prepare = (form) => {
    form.closest("[data-passkey-place]")?.removeAttribute("hidden");
    form.hidden = false;
    const said = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", (event) => {
      if (form.dataset.answered) return;
      event.preventDefault();
      if (said) said.hidden = true;
      run(form).catch(() => { if (said) said.hidden = false; });
    });
  };

  if (window.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(prepare);
})();
