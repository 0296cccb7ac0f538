// What a visitor does across pages: filter, search, change the language, with and without JavaScript.

/** Every journey: a name, the options of its browser context, and a function that answers with problems. */
export function journeys(base) {
  const scripted = { javaScriptEnabled: true };
  const plain = { javaScriptEnabled: false };
  return [
    { name: 'the plan can be filtered without JavaScript', options: plain, test: (c) => filterPlan(c, base) },
    { name: 'the systems can be filtered without JavaScript', options: plain, test: (c) => filterSystems(c, base) },
    { name: 'the search works without JavaScript', options: plain, test: (c) => search(c, base) },
    { name: 'the search works with JavaScript', options: scripted, test: (c) => search(c, base) },
    { name: 'the calculator works without JavaScript', options: plain, test: (c) => calculate(c, base) },
    { name: 'the language switch keeps the page', options: plain, test: (c) => switchLanguage(c, base) },
    { name: 'the skip link leads to the content', options: scripted, test: (c) => skip(c, base) },
    { name: 'every link of the start page leads somewhere', options: plain, test: (c) => followLinks(c, base) },
    { name: 'the pages fit a narrow phone and large type', options: scripted, test: (c) => largeType(c, base) },
  ];
}

/** Chooses the second option of the first list in the form of a page and submits it. */
async function filter(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  const form = page.locator('main form:has(select)').first();
  const list = form.locator('select').first();
  const name = await list.getAttribute('name');
  const value = await list.locator('option').nth(1).getAttribute('value');
  await list.selectOption(value);
  await Promise.all([page.waitForURL(/\?/), form.locator('button, input[type=submit]').first().click()]);
  const chosen = new URL(page.url()).searchParams.get(name);
  if (chosen !== value) return [`chose ${name}=${value}, the address says ${chosen}`];
  const shown = await page.locator(`select[name="${name}"]`).first().inputValue();
  return shown === value ? [] : [`chose ${value}, the form now shows ${shown}`];
}

function filterPlan(context, base) {
  return filter(context, `${base}/plan`);
}

function filterSystems(context, base) {
  return filter(context, `${base}/systems`);
}

async function search(context, base) {
  const page = await context.newPage();
  await page.goto(`${base}/search`);
  const field = page.locator('main input[name=q]').first();
  await field.fill('贷款');
  await Promise.all([page.waitForURL(/[?&]q=/), field.press('Enter')]);
  const sections = ['regulation', 'plan', 'systems'];
  const hits = await page.locator(sections.map((section) => `main a[href^="/${section}/"]`).join(', ')).count();
  return hits > 0 ? [] : ['searching 贷款 finds nothing'];
}

/** Skips one question, answers the next by its list or buttons, and finds both among the answers. */
async function calculate(context, base) {
  const page = await context.newPage();
  await page.goto(`${base}/calculator`);
  const question = page.locator('.question');
  const title = () => page.locator('.question > legend').innerText();
  const first = await title();
  await question.locator('button[value=skip]').click();
  if ((await title()) === first) return ['the skipped question is asked again'];
  const list = question.locator('select#answer');
  if ((await list.count()) > 0) await list.selectOption({ index: 1 });
  else if ((await question.locator('input#answer').count()) > 0) await question.locator('input#answer').fill('x');
  await question.locator('button').first().click();
  const address = new URL(page.url());
  if (address.search) return [`the address carries ${address.search}`];
  const carried = await page.locator('#calculator input[type=hidden]').count();
  return carried > 0 ? [] : ['no answer is carried on'];
}

async function switchLanguage(context, base) {
  const page = await context.newPage();
  const problems = [];
  for (const path of ['/regulation/20', '/plan?stage=2023-2027', '/nothing-here']) {
    await page.goto(base + path);
    for (let turn = 0; turn < 2; turn += 1) {
      const before = (await page.locator('html').getAttribute('lang')).slice(0, 2);
      await page.locator('header a[hreflang]').first().click();
      const after = (await page.locator('html').getAttribute('lang')).slice(0, 2);
      if (before === after) problems.push(`${path}: still ${after}`);
      const { pathname, search: query } = new URL(page.url());
      const rest = query.replace(/[?&]lang=(zh|en)/, '');
      if (pathname + rest !== path) problems.push(`${path}: now at ${pathname}${rest}`);
    }
  }
  return problems;
}

async function skip(context, base) {
  const page = await context.newPage();
  await page.goto(`${base}/plan`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const inside = await page.evaluate(() => document.activeElement?.closest('main') !== null);
  return inside ? [] : ['after the skip link the next Tab is not inside the content'];
}

async function followLinks(context, base) {
  const page = await context.newPage();
  await page.goto(`${base}/`);
  const links = page.locator('a[href^="/"]');
  const hrefs = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  const problems = [];
  for (const href of new Set(hrefs)) {
    const response = await context.request.get(base + href);
    if (!response.ok()) problems.push(`${href} answers ${response.status()}`);
  }
  return problems;
}

/** 320 px wide and twice the type: WCAG 1.4.4 and 1.4.10. */
async function largeType(context, base) {
  const page = await context.newPage();
  const problems = [];
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of ['/', '/regulation/20', '/plan', '/plan/5', '/policies', '/calculator', '/systems', '/organizations']) {
    await page.goto(base + path);
    const narrow = await page.evaluate(() => {
      const root = document.documentElement;
      return root.scrollWidth - root.clientWidth;
    });
    if (narrow > 0) problems.push(`${path} scrolls sideways by ${narrow} px at 320 px`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  for (const path of ['/', '/plan/5']) {
    await page.goto(base + path);
    const wide = await page.evaluate(() => {
      const root = document.documentElement;
      root.style.fontSize = '200%';
      return root.scrollWidth - root.clientWidth;
    });
    if (wide > 0) problems.push(`${path} scrolls sideways by ${wide} px with type twice as large`);
  }
  return problems;
}
