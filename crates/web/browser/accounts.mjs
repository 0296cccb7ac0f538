// What people with accounts do across pages, all without JavaScript: an officer is invited and takes up office, a firm
// mandates an agent, and the auditor finds what they did. Needs a server with `--demo`.

import { createHmac } from 'node:crypto';
import { enter } from './roles.mjs';

const PASSWORD = 'four unrelated words';
// A page that scrolls smoothly never comes to rest without scripts.
const plain = { javaScriptEnabled: false, reducedMotion: 'reduce' };

/** Every journey: a name and a function that gets the browser and answers with problems. */
export function accountJourneys(base) {
  return [
    { name: 'an officer is invited, sets up one-time codes, signs out and in, and ends a session', test: (b) => officer(b, base) },
    { name: 'an owner mandates an agent until a day, who reaches the firm and nothing else', test: (b) => agent(b, base) },
    { name: 'an auditor finds in sentences what they did', test: (b) => auditor(b, base) },
  ];
}

/** Opens contexts that all end when `work` is done. */
async function withContexts(browser, base, work) {
  const open = [];
  const begin = async (role) => {
    const context = await browser.newContext({ ...plain, viewport: { width: 390, height: 844 } });
    context.setDefaultTimeout(15_000);
    open.push(context);
    if (role) await enter(context, base, role);
    return context.newPage();
  };
  try {
    return await work(begin);
  } finally {
    for (const context of open) await context.close();
  }
}

/** Fills in the form that is sent to `action` and sends it. */
async function send(page, action, fields) {
  const first = Object.keys(fields)[0];
  const forms = page.locator(`form[action="${action}"]`);
  const form = (first ? forms.filter({ has: page.locator(`[name="${first}"]`) }) : forms).first();
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  await Promise.all([page.waitForEvent('load'), form.locator('button[type=submit]').click()]);
}

/** A login that nobody has yet. */
function newLogin(what) {
  return `${what}-${Date.now().toString(36)}`;
}

/** Sets a password with an invitation and signs in with it. */
async function accept(page, base, login, code) {
  await page.goto(`${base}/invitation`);
  await send(page, '/invitation', { code, password: PASSWORD, again: PASSWORD });
  await send(page, '/sign-in', { login, password: PASSWORD });
}

/** What an app shows at a step of thirty seconds: RFC 6238. */
function codeOf(secret, step) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secret.replace(/\s/g, '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const stepNow = () => Math.floor(Date.now() / 30_000);

const pathOf = (page) => new URL(page.url()).pathname;

function officer(browser, base) {
  return withContexts(browser, base, async (begin) => {
    const problems = [];
    const login = newLogin('officer');
    // The system administrator opens the account and sees its code once.
    const system = await begin('system-administrator');
    await system.goto(`${base}/people`);
    await send(system, '/people', { login, name: '某某' });
    const code = await system.locator('.secret').innerText();
    const path = await system.locator('main a[href^="/people/"].go').getAttribute('href');
    if ((await system.locator('form[action$="/roles"]').count()) > 0) problems.push('the system administrator can grant roles');
    // The security administrator grants the role.
    const security = await begin('security-administrator');
    await security.goto(base + path);
    await send(security, `${path}/roles`, { role: 'clerk', reason: '到岗' });
    if (!security.url().includes('done=granted')) problems.push(`granting ended at ${security.url()}`);
    // The officer sets a password, then one-time codes.
    const page = await begin();
    await accept(page, base, login, code);
    if (pathOf(page) !== '/account') problems.push(`signing in ended at ${page.url()}`);
    await page.goto(`${base}/counter`);
    if ((await page.locator('main a[href="/account/security"]').count()) === 0) {
      problems.push('without a second factor the counter does not lead to where one is set up');
    }
    await page.goto(`${base}/account/security`);
    await send(page, '/account/security/code/begin', {});
    const secret = await page.locator('figcaption code').innerText();
    const step = stepNow();
    await send(page, '/account/security/code', { code: codeOf(secret, step) });
    const papers = await page.locator('.recovery-codes li').allInnerTexts();
    const paper = papers[0];
    if (papers.length !== 10) problems.push(`there are ${papers.length} recovery codes`);
    await page.goto(`${base}/counter`);
    if (pathOf(page) !== '/counter') problems.push(`with a second factor the counter is at ${page.url()}`);
    // Out, and in again with the code of the next half minute.
    await page.goto(`${base}/account`);
    await send(page, '/sign-out', {});
    await page.goto(`${base}/account`);
    if (pathOf(page) !== '/sign-in') problems.push(`after signing out the account is at ${page.url()}`);
    await signIn(page, base, login, codeOf(secret, step + 1));
    if (pathOf(page) !== '/account') problems.push(`signing in with a code ended at ${page.url()}`);
    problems.push(...(await endSession(base, page, await begin(), { login, paper })));
    return problems;
  });
}

/** Signs in with the password and a code of the app or from paper. */
async function signIn(page, base, login, code) {
  await page.goto(`${base}/sign-in`);
  await send(page, '/sign-in', { login, password: PASSWORD });
  // The lock lets the next try in after a second.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await send(page, '/sign-in/code', { code });
}

/** Signs in elsewhere with a code from paper, and ends that session from here. */
async function endSession(base, page, there, { login, paper }) {
  const problems = [];
  await signIn(there, base, login, paper);
  if (pathOf(there) !== '/account') problems.push(`signing in with a code from paper ended at ${there.url()}`);
  await page.goto(`${base}/account/sessions`);
  const ends = page.locator('.rows.acting form[action="/account/sessions/end"]');
  if ((await ends.count()) !== 1) problems.push(`${await ends.count()} sessions can be ended, expected 1`);
  await Promise.all([page.waitForURL(/done=ended/), ends.first().locator('button').click()]);
  await there.goto(`${base}/account`);
  if (pathOf(there) !== '/sign-in') problems.push(`a session that was ended is at ${there.url()}`);
  return problems;
}

function agent(browser, base) {
  return withContexts(browser, base, async (begin) => {
    const problems = [];
    const login = newLogin('agent');
    const owner = await begin('firm-owner');
    await owner.goto(`${base}/firm`);
    await send(owner, '/firm/mandates', { login, name: '某某', until: '2099-12-31' });
    const code = await owner.locator('.secret').innerText();
    const page = await begin();
    await accept(page, base, login, code);
    await page.goto(`${base}/firm`);
    const firm = await page.locator('.facts dd').first().innerText();
    if (firm !== '91330302MATEXAMP4W') problems.push(`the agent sees the firm ${firm}`);
    if ((await page.locator('form[action^="/firm"]').count()) > 0) problems.push('the agent can mandate');
    for (const path of ['/counter', '/staff', '/people', '/sign-ins', '/audit', '/access']) {
      const response = await page.goto(base + path);
      if (response.status() !== 403) problems.push(`${path} answers the agent ${response.status()}`);
    }
    // Ended by the owner, the mandate is gone with the next request.
    await owner.goto(`${base}/firm`);
    const row = owner.locator('main li').filter({ hasText: login });
    await Promise.all([owner.waitForURL(/done=ended/), row.locator('button').click()]);
    const response = await page.goto(`${base}/firm`);
    if (response.status() !== 403) problems.push(`/firm answers the agent ${response.status()} after the mandate`);
    await owner.goto(`${base}/firm/receipts`);
    const told = await owner.locator('main table').innerText();
    if (!told.includes('授予') || !told.includes('收回')) problems.push('the firm does not see what is recorded about it');
    return problems;
  });
}

function auditor(browser, base) {
  return withContexts(browser, base, async (begin) => {
    const problems = [];
    const page = await begin('auditor');
    for (const [kind, words] of [
      ['person.', ['系统管理员', '开立了账号', '生成了邀请码']],
      ['role.', ['安全管理员', '理由：到岗', '经办人', '企业代办人', '至2099年12月31日', '收回了账号']],
      ['credential.', ['设置了自己的账号的登录方式', '动态口令', '备用码']],
      ['session.', ['登录', '退出了']],
    ]) {
      await page.goto(`${base}/audit`);
      await send(page, '/audit', { kind });
      const told = await page.locator('main table').innerText();
      for (const word of words.filter((one) => !told.includes(one))) problems.push(`${kind} does not say ${word}`);
      if (/[{}"]/.test(told)) problems.push(`${kind} shows what was recorded unasked`);
    }
    if ((await page.locator('main form[action^="/audit/export"]').count()) > 0) problems.push('an auditor can export');
    const summary = page.locator('details.raw summary').first();
    await summary.click();
    if (!(await page.locator('details.raw pre').first().innerText()).includes('"previous_hash"')) problems.push('what was recorded does not unfold');
    return problems;
  });
}
