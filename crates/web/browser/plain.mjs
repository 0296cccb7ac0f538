// What must hold on a page of accounts when its reader has no JavaScript.

/** Opens one page without scripts and answers with everything that is wrong with it. */
export async function checkPlain(context, { base, path, status }) {
  const page = await context.newPage();
  const response = await page.goto(base + path);
  const problems = response.status() === status ? [] : [`status ${response.status()}, expected ${status}`];
  problems.push(...(await page.evaluate(findProblems)));
  await page.close();
  return problems;
}

/** Runs in the page: what can be seen must do something by itself. */
function findProblems() {
  const isSeen = (element) => element.getClientRects().length > 0;
  const seen = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  const name = (element) => element.outerHTML.slice(0, 80);
  const forms = seen('form').filter((form) => !form.querySelector('button[type=submit], button:not([type])'));
  const fields = seen('main input, main select, main textarea').filter((field) => field.labels.length === 0);
  const buttons = seen('button').filter((button) => !button.form || button.type !== 'submit');
  const links = seen('a').filter((link) => !link.getAttribute('href') || link.getAttribute('href') === '#');
  const root = document.documentElement;
  const overflow = root.scrollWidth - root.clientWidth;
  return [
    ...(overflow > 0 ? [`scrolls sideways by ${overflow} px`] : []),
    ...(seen('main h1').length === 1 ? [] : ['no heading']),
    ...forms.map((form) => `a form without a button: ${name(form)}`),
    ...fields.map((field) => `a field without a label: ${name(field)}`),
    ...buttons.map((button) => `a button that sends nothing: ${name(button)}`),
    ...links.map((link) => `a link that leads nowhere: ${name(link)}`),
  ];
}
