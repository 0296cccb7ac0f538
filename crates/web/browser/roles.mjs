// Whoever may see the pages of accounts, and the pages each of them is shown. Needs a server with `--demo`.

/** Pages of whoever has not signed in: how to sign in, and where a newcomer sets a password. */
const VISITOR = [
  { path: '/sign-in', status: 200 },
  { path: '/sign-in?fault=late', status: 200 },
  { path: '/invitation', status: 200 },
  { path: '/checkpoints', status: 200 },
  { path: '/voice/figures', status: 200 },
  { path: '/voice/figures?q=nothing-of-this-name', status: 200 },
];

/** A role of the demo, and its pages; `{person}` is an account that is there. */
const ROLES = [
  {
    role: 'firm-owner',
    pages: [
      { path: '/account', status: 200 },
      { path: '/account?done=chosen', status: 200 },
      { path: '/account/sessions', status: 200 },
      { path: '/account/data', status: 200 },
      { path: '/account/data?fault=not_meant', status: 200 },
      { path: '/account/data/receipts', status: 200 },
      { path: '/account/security', status: 200 },
      { path: '/prove?next=/firm', status: 200 },
      { path: '/firm', status: 200 },
      { path: '/firm/receipts', status: 200 },
      { path: '/firm/receipts?fault=not_yet', status: 200 },
      { path: '/cases', status: 200 },
      { path: '/cases?ended=1', status: 200 },
      { path: '/cases/2026-000001-0/file', status: 404 },
      { path: '/cases/new', status: 200 },
      { path: '/cases/new/enterprise-voice', status: 200 },
      { path: '/cases/new/sme-arrears', status: 200 },
      { path: '/notices', status: 200 },
      { path: '/cases/2026-999999-9', status: 404 },
      { path: '/people', status: 403 },
      { path: '/account/data/receipts/999999', status: 404 },
    ],
  },
  { role: 'firm-agent', pages: [{ path: '/firm', status: 200 }, { path: '/account', status: 200 }] },
  {
    role: 'clerk',
    pages: [
      { path: '/counter', status: 200 },
      { path: '/staff', status: 200 },
      { path: '/desk', status: 200 },
      { path: '/desk?tab=overdue', status: 200 },
      { path: '/desk/calls', status: 200 },
      { path: '/notices', status: 200 },
      { path: '/desk?tab=open&mechanism=enterprise-voice', status: 200 },
    ],
  },
  {
    role: 'head',
    pages: [
      { path: '/staff', status: 200 },
      { path: '/staff?fault=no_account', status: 200 },
      { path: '/board', status: 200 },
      { path: '/board?by=mechanism', status: 200 },
      { path: '/board/cases?by=mechanism&name=enterprise-voice&show=open', status: 200 },
      // The head of the demo is the head of discipline inspection.
      { path: '/desk/watch', status: 200 },
    ],
  },
  {
    role: 'coordinator',
    pages: [
      { path: '/desk', status: 200 },
      { path: '/desk?tab=open', status: 200 },
      { path: '/desk/clusters', status: 200 },
      { path: '/desk/clusters/2026-999999-9', status: 404 },
      { path: '/board', status: 200 },
      { path: '/board?by=place', status: 200 },
      { path: '/board/cases?by=mechanism&name=enterprise-voice&show=at-risk', status: 200 },
      { path: '/desk/calls', status: 200 },
      { path: '/notices', status: 200 },
      { path: '/notices?show=unread&mechanism=enterprise-voice', status: 200 },
      { path: '/cases/new', status: 200 },
      { path: '/cases/new/enterprise-voice', status: 200 },
    ],
  },
  { role: 'leader', pages: [{ path: '/board', status: 200 }, { path: '/desk', status: 200 }] },
  {
    role: 'system-administrator',
    pages: [
      { path: '/people', status: 200 },
      { path: '/people?q=nobody-of-this-name', status: 200 },
      { path: '/people/{person}', status: 200 },
    ],
  },
  {
    role: 'security-administrator',
    pages: [
      { path: '/people', status: 200 },
      { path: '/people/{person}', status: 200 },
      { path: '/sign-ins', status: 200 },
    ],
  },
  {
    role: 'audit-administrator',
    pages: [
      { path: '/audit', status: 200 },
      { path: '/audit?kind=role.', status: 200 },
      { path: '/audit?actor=nobody', status: 200 },
    ],
  },
  { role: 'auditor', pages: [{ path: '/audit', status: 200 }, { path: '/access', status: 200 }] },
];

/** Signs a browser context in as the made-up person of a role. */
export async function enter(context, base, role) {
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await Promise.all([page.waitForURL(/\/account/), page.locator(`form[action="/demo/${role}"] button`).click()]);
  await page.close();
}

/** Calls `visit` for each page, in a context of its role. */
export async function eachPage(browser, base, { language, viewport, options = {} }, visit) {
  const begin = async () => {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await page.goto(`${base}/about?lang=${language}`);
    await page.close();
    return context;
  };
  const visitor = await begin();
  for (const page of VISITOR) await visit(visitor, { ...page, role: 'visitor' });
  await visitor.close();
  const person = await somebody(browser, base);
  for (const { role, pages } of ROLES) {
    const context = await begin();
    await enter(context, base, role);
    for (const { path, status } of pages) {
      await visit(context, { path: path.replace('{person}', person), status, role });
    }
    await context.close();
  }
}

/** An account that is there, as the list of accounts names it. */
async function somebody(browser, base) {
  const context = await browser.newContext();
  await enter(context, base, 'firm-owner');
  await context.clearCookies();
  await enter(context, base, 'system-administrator');
  const page = await context.newPage();
  await page.goto(`${base}/people?q=demo-firm-owner`);
  const href = await page.locator('main tbody a[href^="/people/"]').first().getAttribute('href');
  await context.close();
  return href.split('/').pop();
}
