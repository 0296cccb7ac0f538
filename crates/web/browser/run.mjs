// Opens every page of a running server in Chromium and tries what a visitor does.
//
//   node run.mjs http://127.0.0.1:8080 [http://127.0.0.1:8081]
//
// The second address is that of a server with `--demo`; without one the pages of accounts are left out.
// CHROMIUM names another browser than /usr/bin/chromium, SCREENSHOTS a folder that gets one picture a page.
// The last line is `N passed, N failed`. playwright-core stays at the newest version that runs on the Node of
// Debian 12 (18).

import { chromium } from 'playwright-core';
import { LANGUAGES, NARROW, PAGES, VIEWPORTS } from './pages.mjs';
import { checkPage } from './page.mjs';
import { journeys } from './journeys.mjs';
import { passkeyJourneys } from './passkey.mjs';
import { eachPage } from './roles.mjs';
import { accountJourneys } from './accounts.mjs';
import { voiceJourneys } from './voice.mjs';
import { clusterJourneys } from './clusters.mjs';
import { checkPlain } from './plain.mjs';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const [base, demo] = process.argv.slice(2).map((address) => address.replace(/\/$/, ''));
if (!base) {
  console.error('error: no address · run.mjs · node run.mjs http://127.0.0.1:8080');
  process.exit(2);
}

let passed = 0;
let failed = 0;

/** Runs one test: a function that answers with a list of problems. */
async function run(name, test) {
  let problems;
  try {
    problems = await test();
  } catch (error) {
    problems = [String(error.message ?? error).split('\n').slice(0, 3).join(' ')];
  }
  if (problems.length === 0) {
    passed += 1;
    console.log(`ok      ${name}`);
  } else {
    failed += 1;
    console.log(`FAILED  ${name}`);
    for (const problem of problems) console.log(`          ${problem}`);
  }
}

/** Waits until a server answers: at most a minute. */
async function untilReady(address) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      await fetch(`${address}/`);
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return false;
}

for (const address of [base, demo].filter(Boolean)) {
  if (await untilReady(address)) continue;
  console.log(`FAILED  the server at ${address} does not answer`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

// A profile of its own in a temporary folder comes with every launch.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ARGUMENTS,
});

for (const language of LANGUAGES) {
  for (const viewport of VIEWPORTS) {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
    await context.addCookies([{ name: 'lang', value: language, url: base }]);
    for (const { path, status } of PAGES) {
      const name = `${path} · ${language} · ${viewport.width}x${viewport.height}`;
      await run(name, () => checkPage(context, { base, path, status, language }));
    }
    await context.close();
  }
}

// Everybody may take a role in a demo only.
const all = [...journeys(base), ...(demo ? passkeyJourneys(demo) : [])];
for (const { name, test, options } of all) {
  const context = await browser.newContext({ viewport: VIEWPORTS[1], ...options });
  context.setDefaultTimeout(10_000);
  await run(name, () => test(context));
  await context.close();
}

/** The pages of accounts, each as whoever may see it: whole in Chinese on each screen and in English on a wide one, and in both without scripts on a narrow one. */
async function accounts() {
  for (const language of LANGUAGES) {
    // On a phone most read Chinese; in English these pages are tried on a narrower one below.
    for (const viewport of language === 'en' ? VIEWPORTS.slice(1) : VIEWPORTS) {
      await eachPage(browser, demo, { language, viewport }, (context, { path, status, role }) =>
        run(`${path} as ${role} · ${language} · ${viewport.width}x${viewport.height}`, () =>
          checkPage(context, { base: demo, path, status, language }),
        ),
      );
    }
  }
  for (const language of LANGUAGES) {
    const plain = { language, viewport: NARROW, options: { javaScriptEnabled: false } };
    await eachPage(browser, demo, plain, (context, { path, status, role }) =>
      run(`${path} as ${role} works without JavaScript on a narrow phone · ${language}`, () =>
        checkPlain(context, { base: demo, path, status }),
      ),
    );
  }
  const across = [...accountJourneys(demo), ...clusterJourneys(demo), ...voiceJourneys(demo)];
  for (const { name, test } of across) await run(name, () => test(browser));
}

if (demo) await accounts();
else console.log('the pages of accounts are left out: no address of a demo');

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
