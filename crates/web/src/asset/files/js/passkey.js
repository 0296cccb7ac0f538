// Passkeys: asks the service for a challenge, lets the browser answer it, and sends the answer as a form.
// Every word that is shown comes from the page. Without this script the forms stay hidden and a text says why.
'use strict';

(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };
  const named = (credentials = []) => credentials.map((one) => ({ ...one, id: bytes(one.id) }));

  /** What the browser is asked, with bytes where the service writes text. */
  function asked({ publicKey }) {
    const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
    if (options.user) {
      options.user = { ...options.user, id: bytes(options.user.id) };
      options.excludeCredentials = named(options.excludeCredentials);
    } else {
      options.allowCredentials = named(options.allowCredentials);
    }
    return options;
  }

  /** What the browser answered, with text where it gives bytes. */
  function answered({ id, response }) {
    const told = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      told.attestationObject = text(response.attestationObject);
      told.transports = response.getTransports ? response.getTransports() : [];
    } else {
      told.authenticatorData = text(response.authenticatorData);
      told.signature = text(response.signature);
      told.userHandle = response.userHandle ? text(response.userHandle) : null;
    }
    return JSON.stringify({ id, response: told });
  }

  async function perform(form) {
    const headers = { 'x-form-token': form.elements.form_token.value };
    const begun = await fetch(form.dataset.passkey, { method: 'POST', headers, credentials: 'same-origin' });
    // Whatever is wrong, the service says it in words once the form arrives without an answer.
    if (begun.ok) {
      const { step, options } = await begun.json();
      const publicKey = asked(options);
      const isNew = Boolean(publicKey.user);
      const made = isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
      form.elements.answer.value = answered(await made);
      form.elements.step.value = step;
    }
    form.submit();
  }

  function prepare(form) {
    const button = form.querySelector('button');
    const fault = form.querySelector('[role=alert]');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      button.disabled = true;
      fault.hidden = true;
      perform(form).catch(() => {
        button.disabled = false;
        fault.hidden = false;
      });
    });
    form.hidden = false;
  }

  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const forms = [...document.querySelectorAll('form[data-passkey]')];
  for (const form of forms.filter((one) => one.dataset.origin === location.origin)) {
    prepare(form);
    for (const note of document.querySelectorAll('[data-without-passkey]')) note.hidden = true;
  }
})();
