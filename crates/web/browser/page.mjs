// What must hold on every page, in every language, on a phone and on a desk.

import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens one page and answers with everything that is wrong with it. */
export async function checkPage(context, { base, path, status, language }) {
  const page = await context.newPage();
  const problems = listen(page, base, status);
  const response = await page.goto(base + path, { waitUntil: 'load' });
  if (response.status() !== status) problems.push(`status ${response.status()}, expected ${status}`);
  problems.push(...(await layoutProblems(page, language)));
  await picture(page, path, language);
  problems.push(...(await keyboardProblems(page)));
  problems.push(...(await axeProblems(page)));
  await page.emulateMedia({ colorScheme: 'dark' });
  problems.push(...(await darkProblems(page)));
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  problems.push(...(await printProblems(page)));
  await page.close();
  return problems;
}

/** Collects console errors, uncaught errors and requests to other hosts while a page lives. */
function listen(page, base, status) {
  const problems = [];
  const host = new URL(base).host;
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // Chromium itself reports the status of a page that is expected to be missing.
    const isOwnStatus = status >= 400 && message.text().includes(`status of ${status}`);
    if (message.type() === 'error' && !isOwnStatus) problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) problems.push(`asks ${url.host}`);
  });
  page.on('requestfailed', (request) => problems.push(`not loaded: ${request.url()}`));
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest();
    if (!isPage && response.status() >= 400) problems.push(`${response.status()} for ${response.url()}`);
  });
  return problems;
}

async function layoutProblems(page, language) {
  const seen = await page.evaluate(() => {
    const root = document.documentElement;
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(element),
    );
    /** Whether an element may be wide because one around it scrolls by itself. */
    function scrolls(element) {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(box).overflowX)) return true;
      }
      return false;
    }
    return {
      lang: root.lang,
      title: document.title.trim(),
      headings: document.querySelectorAll('h1').length,
      overflow: root.scrollWidth - root.clientWidth,
      wide: wide.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`),
      holes: document.body.innerText.match(/⟦[^⟧]*⟧|\{\d\}/g) ?? [],
    };
  });
  const problems = [];
  if (!seen.lang.startsWith(language)) problems.push(`lang="${seen.lang}"`);
  if (!seen.title) problems.push('no title');
  if (seen.headings !== 1) problems.push(`${seen.headings} h1`);
  if (seen.overflow > 0) problems.push(`scrolls sideways by ${seen.overflow} px: ${seen.wide.join(', ')}`);
  if (seen.holes.length > 0) problems.push(`unfilled text: ${seen.holes.join(' ')}`);
  return problems;
}

/** The first Tab reaches a visible link that leads to the content. */
async function keyboardProblems(page) {
  await page.keyboard.press('Tab');
  const focus = await page.evaluate(() => {
    const element = document.activeElement;
    const target = element?.getAttribute('href') ?? '';
    const box = element?.getBoundingClientRect();
    const inside = box && box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0;
    return { target, inside, exists: target.startsWith('#') && document.querySelector(target) !== null };
  });
  if (!focus.exists) return [`the first Tab reaches "${focus.target}", not the skip link`];
  return focus.inside ? [] : ['the skip link is not visible when it has the focus'];
}

async function axeProblems(page) {
  // Evaluated, not added as a script element: a strict content policy stays in force.
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => (await window.axe.run()).violations);
  return violations.map((violation) => {
    const where = violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ');
    return `axe ${violation.id} (${violation.impact}): ${violation.help} at ${where}`;
  });
}

/** Only the colours differ in the dark. */
async function darkProblems(page) {
  const rules = { runOnly: ['color-contrast'] };
  const violations = await page.evaluate(async (chosen) => (await window.axe.run(chosen)).violations, rules);
  const nodes = violations.flatMap((violation) => violation.nodes.slice(0, 3));
  return nodes.map((node) => `too little contrast in the dark: ${node.target.join(' ')}`);
}

/** On paper the content is there, the navigation is not needed, and a sheet can be made. */
async function printProblems(page) {
  const main = await page.evaluate(() => document.querySelector('main')?.innerText.trim().length ?? 0);
  const problems = main > 0 ? [] : ['nothing of the content is printed'];
  const sheet = await page.pdf({ format: 'A4' });
  if (sheet.length < 1000) problems.push('the printed sheet is empty');
  return problems;
}

async function picture(page, path, language) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const name = path.replace(/[^a-z0-9-]+/gi, '_');
  await page.screenshot({ path: `${folder}/${name}.${language}.${page.viewportSize().width}.png`, fullPage: true });
}
