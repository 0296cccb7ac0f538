// Opens every page of a running server in Chromium and tries what a visitor does.
//
//   node run.mjs http://127.0.0.1:8080 [http://127.0.0.1:8081]
//
// The second address is that of a demo (`serve --demo`), for what needs somebody signed in.
//
// CHROMIUM names another browser than /usr/bin/chromium, SCREENSHOTS a folder that gets one picture a page.
// The last line is `N passed, N failed`. playwright-core stays at the newest version that runs on the Node of
// Debian 12 (18).

import { chromium } from 'playwright-core';
import { LANGUAGES, PAGES, VIEWPORTS } from './pages.mjs';
import { checkPage } from './page.mjs';
import { journeys } from './journeys.mjs';
import { passkeyJourneys } from './passkey.mjs';

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

const base = process.argv[2]?.replace(/\/$/, '');
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

/** Waits until the server answers: at most a minute. */
async function untilReady() {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      await fetch(`${base}/`);
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return false;
}

if (!(await untilReady())) {
  console.log(`FAILED  the server at ${base} does not answer`);
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

// Everybody may take a role in a demo only: its address comes second.
const demo = process.argv[3]?.replace(/\/$/, '');
const all = [...journeys(base), ...(demo ? passkeyJourneys(demo) : [])];
for (const { name, test, options } of all) {
  const context = await browser.newContext({ viewport: VIEWPORTS[1], ...options });
  context.setDefaultTimeout(10_000);
  await run(name, () => test(context));
  await context.close();
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
