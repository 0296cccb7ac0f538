// A passkey from its making to its end, with the virtual authenticator of Chromium. Needs a demo (`serve --demo`).

/** Journeys over passkeys; browsers bind them to a name, so the service is asked for as `localhost`. */
export function passkeyJourneys(base) {
  const { port } = new URL(base);
  const home = `http://localhost:${port}`;
  const options = { javaScriptEnabled: true };
  return [
    { name: 'a passkey is added, signs in, proves and is removed', options, test: (c) => wholeLife(c, home) },
    { name: 'a passkey that is broken off is told in words', options, test: (c) => brokenOff(c, home) },
    { name: 'without JavaScript a text says what passkeys need', options: { javaScriptEnabled: false }, test: (c) => plain(c, home) },
  ];
}

/** A page with an authenticator that holds discoverable keys and verifies its owner. */
async function withAuthenticator(context, isVerified) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: isVerified,
      automaticPresenceSimulation: true,
    },
  });
  const problems = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  const keys = async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return { page, problems, keys };
}

async function enter(page, home, role) {
  await page.goto(`${home}/sign-in?next=/account/security`);
  await page.locator(`form[action="/demo/${role}"] button`).click();
  await page.waitForURL(/\/account\/security/);
}

async function wholeLife(context, home) {
  const { page, problems, keys } = await withAuthenticator(context, true);
  await enter(page, home, 'clerk');
  await page.locator('#passkey-name').fill('key of the test');
  await page.locator('form[data-passkey] button').click();
  await page.waitForURL(/done=passkey_added/);
  if ((await page.getByText('key of the test').count()) !== 1) problems.push('the passkey is not listed once');
  const [made] = await keys();
  if (!made?.isResidentCredential) problems.push('the key cannot be found without a name');
  await page.goto(`${home}/account`);
  await page.locator('form[action="/sign-out"] button').first().click();
  await page.waitForURL(`${home}/`);
  await page.goto(`${home}/sign-in?next=/account`);
  await page.locator('form[action="/sign-in/passkey"] button').click();
  await page.waitForURL(`${home}/account`);
  await page.goto(`${home}/prove?next=/account/security`);
  await page.locator('form[action="/prove/passkey"] button').click();
  await page.waitForURL(/\/account\/security/);
  const row = page.locator('li', { hasText: 'key of the test' });
  await row.locator('button').click();
  await page.waitForURL(/done=passkey_removed/);
  if ((await page.getByText('key of the test').count()) !== 0) problems.push('the passkey is still listed');
  return problems;
}

async function brokenOff(context, home) {
  const { page } = await withAuthenticator(context, false);
  await enter(page, home, 'head');
  const form = page.locator('form[data-passkey]');
  await form.locator('button').click();
  await form.locator('[role=alert]').waitFor({ state: 'visible' });
  return (await form.locator('button').isEnabled()) ? [] : ['the button stays off'];
}

async function plain(context, home) {
  const page = await context.newPage();
  await page.goto(`${home}/sign-in`);
  const problems = [];
  if (await page.locator('form[data-passkey]').isVisible()) problems.push('a button that can do nothing is shown');
  if (!(await page.locator('[data-without-passkey]').isVisible())) problems.push('nothing says why');
  return problems;
}
