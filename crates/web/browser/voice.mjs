// The second walkthrough in a browser without JavaScript: a firm calls and is answered in time, a bad answer is done
// again, and what is common becomes a proposal. Each leg goes on where the one before ended. Needs a server with
// `--demo`. Then the keys on the desk, with JavaScript.

import { code } from './clusters.mjs';
import { enter } from './roles.mjs';

const FIRM = '91330302MATEXAMP4W';
const VOICE = 'enterprise-voice';
const SUBJECT = '奖励资金没有兑现';
/** What the firm says when it calls, and when it calls again. */
const CALLS = ['去年的技改奖励资金至今没有兑现，窗口一直说等安排', '再次来电：去年的技改奖励资金还没有兑现，一直说等安排'];
/** What other firms say. */
const OTHERS = [
  '技改奖励资金去年就公示了，至今没有兑现，说等安排',
  '去年的奖励资金没有兑现，每次问都说等资金安排',
  '技改奖励资金拖了一年没有兑现，一直在等安排',
  '奖励资金至今没有兑现，窗口说等统一安排',
  '公示过的技改奖励资金没有兑现，希望尽快安排',
  '再次反映去年的技改奖励资金没有兑现，一直等安排',
];
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

/** Every journey: a name and a function that gets the browser and answers with problems. */
export function voiceJourneys(base) {
  const story = new Story(base);
  const leg = (name, test) => ({ name: `walkthrough 2: ${name}`, test: (browser) => story.leg(browser, test) });
  return [
    leg('the desk enters a call, and the next', enterCalls),
    leg('the second call about one matter is told to be alike, and merged', merge),
    leg('it is dispatched as competence suggests, with a reason', dispatch),
    leg('the unit accepts it', accept),
    leg('the clock stands still with a ground and goes on', pause),
    leg('it is answered', answer),
    leg('nobody answers the telephone, and it stays in the list', callInVain),
    leg('the firm is called back', callBack),
    leg('the firm rates badly on its phone, and the case is opened again', rateBadly),
    leg('it is answered again', answerAgain),
    leg('the firm rates well, and is watched for retaliation', rateWell),
    leg('it is clustered with others, and proposed', propose),
    leg('the proposal is answered', answerProposal),
    leg('everybody was told, each his own', messages),
    {
      name: 'a firm files in a few strokes on a phone, and a draft says what it does not keep',
      test: (browser) => withPage(browser, base, { role: 'firm-owner', viewport: PHONE }, fileOnPhone),
    },
    {
      name: 'j, k, Enter and ? lead through the desk, and can be turned off',
      test: (browser) => withPage(browser, base, { role: 'coordinator', viewport: DESK, script: true }, keys),
    },
    {
      name: 'on a wide screen clocks, what can be done and what happened stand side by side',
      test: (browser) => withPage(browser, base, { role: 'coordinator', viewport: DESK, script: true }, oneScreen),
    },
  ];
}

/** What the legs know of each other: who takes part, and which case it is about. */
class Story {
  constructor(base) {
    this.base = base;
    this.pages = new Map();
  }

  /** Runs a leg, and closes its pages afterwards. */
  async leg(browser, test) {
    this.browser = browser;
    try {
      return await test(this);
    } finally {
      for (const { context } of this.pages.values()) await context.close();
      this.pages.clear();
    }
  }

  /** A page of somebody in a role of the demo. */
  async as(role) {
    if (!this.pages.has(role)) {
      const viewport = role === 'firm-owner' ? PHONE : DESK;
      const options = { viewport, javaScriptEnabled: false, reducedMotion: 'reduce', locale: 'zh-CN' };
      const context = await this.browser.newContext(options);
      context.setDefaultTimeout(15_000);
      await enter(context, this.base, role);
      this.pages.set(role, { context, page: await context.newPage() });
    }
    return this.pages.get(role).page;
  }

  /** The page of a case as somebody sees it. */
  async case(role, number = this.number) {
    const page = await this.as(role);
    await page.goto(`${this.base}/cases/${number}`);
    return page;
  }

  /** Takes a step that the page of a case offers. */
  async step(role, step, fields = {}, number = this.number) {
    const page = await this.case(role, number);
    const offer = page.locator(`#step-${step}`);
    if ((await offer.count()) === 0) throw new Error(`${role} is not offered ${step} in ${number}`);
    if ((await offer.getAttribute('open')) === null) await offer.locator('summary').click();
    await fill(offer, fields);
    await submit(page, offer.locator('button[type=submit]').last());
    return page;
  }
}

/** Fills in fields of a form, whatever they are filled in by. */
async function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`).first();
    const kind = await field.evaluate((element) => `${element.tagName} ${element.type}`);
    if (kind === 'INPUT radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind.startsWith('SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
}

async function submit(page, button) {
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

const said = (page) => page.locator('main').innerText();

/** What a page should say and does not. */
async function lacks(page, words) {
  const text = await said(page);
  return words.filter((word) => !text.includes(word)).map((word) => `${page.url()} does not say ${word}`);
}

async function enterCalls(story) {
  const page = await story.as('coordinator');
  await page.goto(`${story.base}/cases/new/${VOICE}`);
  const problems = [];
  for (const [name, value] of [['f.channel', 'telephone'], ['f.voice_kind', 'ordinary'], ['f.identity', 'hidden']]) {
    if (!(await page.locator(`[name="${name}"][value="${value}"]`).isChecked())) problems.push(`${name} is not ${value} at first`);
  }
  for (const account of CALLS) {
    await fill(page.locator('form.case-form'), { firm: FIRM, 'f.subject': SUBJECT, 'f.account': account });
    if (story.number) {
      // Before it enters the second it looks for voices that are alike.
      await submit(page, page.locator('button[value=check]'));
      const near = await page.locator('section[aria-labelledby=near]').innerText();
      if (!near.includes(story.number)) problems.push('the first call is not told to be alike');
    }
    await submit(page, page.locator('button[value=next]'));
    const number = await page.locator('.notice.done a').innerText();
    if (story.number) story.again = number;
    else story.number = number;
  }
  if (!(await page.locator('[name="f.channel"][value="telephone"]').isChecked())) problems.push('the channel is forgotten');
  return problems;
}

async function merge(story) {
  const page = await story.case('coordinator', story.again);
  await submit(page, page.locator(`a[href*="?same_as=${story.number}"]`));
  const offer = page.locator('#step-merge');
  if ((await offer.locator('[name="f.same_as"]').inputValue()) !== story.number) return ['the number was not filled in'];
  await submit(page, offer.locator('button[type=submit]').last());
  return lacks(page, ['已并入', story.number]);
}

async function dispatch(story) {
  // What is suggested for it is where the demo's clerk works.
  const clerk = await story.as('clerk');
  await clerk.goto(`${story.base}/account`);
  const role = await clerk.locator('.account-role').textContent();
  const page = await story.case('coordinator');
  const first = page.locator('section[aria-labelledby=suggested] li').first();
  story.unit = await first.locator('strong').innerText();
  const problems = role.includes(story.unit) ? [] : [`${story.unit} is suggested`];
  await submit(page, first.locator('a[href*="?take="]'));
  const offer = page.locator('#step-dispatch');
  const reason = await offer.locator('[name="f.competence_reason"]').inputValue();
  if (!reason) problems.push('no reason was filled in');
  await submit(page, offer.locator('button[type=submit]').last());
  return [...problems, ...(await lacks(page, ['待受理', story.unit, reason]))];
}

async function accept(story) {
  const page = await story.step('clerk', 'accept');
  const problems = await lacks(page, ['办理中', '承办时限', '身份保密']);
  if ((await said(page)).includes(FIRM)) problems.push('the unit sees which firm it is');
  return problems;
}

async function pause(story) {
  await story.step('clerk', 'wait-for-body', { 'f.reason': '等主管部门核定名单' });
  const page = await story.step('clerk', 'go-on');
  return lacks(page, ['暂停计时：承办时限', '恢复计时：承办时限', '等待其他机关结果']);
}

async function answer(story) {
  await story.step('clerk', 'contact', { 'f.progress': '已联系' });
  const page = await story.step('clerk', 'answer', { 'f.answer': '资金已列入下季度安排' });
  return lacks(page, ['已答复', '资金已列入下季度安排']);
}

/** The row of the case among those that wait for a call. */
async function callRow(story) {
  const page = await story.as('coordinator');
  await page.goto(`${story.base}/desk/calls`);
  const row = page.locator(`#call-${story.number}`);
  if ((await row.getAttribute('open')) === null) await row.locator('summary').click();
  return { page, row };
}

async function callInVain(story) {
  const { page, row } = await callRow(story);
  await fill(row, { 'f.reached': 'false', 'f.call_note': '无人接听' });
  await submit(page, row.locator('button[type=submit]'));
  const problems = await lacks(page, ['已记为未接通']);
  if (!(await page.locator(`#call-${story.number}`).innerText()).includes('未接通 1')) problems.push('the attempt is not counted');
  return problems;
}

async function callBack(story) {
  const { page, row } = await callRow(story);
  await fill(row, { 'f.reached': 'true', 'f.call_note': '企业称将在网上评价' });
  await submit(page, row.locator('button[type=submit]'));
  const problems = await lacks(page, ['回访已记下']);
  if ((await page.locator(`#call-${story.number}`).count()) > 0) problems.push('it still waits for a call');
  return problems;
}

async function rateBadly(story) {
  const page = await story.step('firm-owner', 'rate', { 'f.rating_level': '5', 'f.solved': 'false' });
  return lacks(page, ['不满意，自动重办一次', '办理中', '重办时限']);
}

async function answerAgain(story) {
  const page = await story.step('clerk', 'answer', { 'f.answer': '资金已于今日拨付' });
  return lacks(page, ['已答复', '资金已于今日拨付']);
}

async function rateWell(story) {
  const page = await story.step('firm-owner', 'rate', { 'f.rating_level': '1', 'f.solved': 'true' });
  return lacks(page, ['防报复观察']);
}

/** Others call about the same, and the desk makes one proposal of all of it. */
async function propose(story) {
  const page = await story.as('coordinator');
  for (const [at, account] of OTHERS.entries()) {
    await page.goto(`${story.base}/cases/new/${VOICE}`);
    const fields = { firm: code(5 + (at % 5)), 'f.subject': SUBJECT, 'f.account': account };
    await fill(page.locator('form.case-form'), fields);
    await submit(page, page.locator('button[value=next]'));
  }
  await page.goto(`${story.base}/desk/clusters`);
  await submit(page, page.locator('main a[href^="/desk/clusters/"]', { hasText: SUBJECT }).first());
  const form = page.locator('form[action$="/propose"]');
  await fill(form, { 'f.competent_body': story.unit, 'f.proposal': '公示后三十日内兑现', 'f.guidance_given': 'true' });
  await submit(page, form.locator('button[type=submit]'));
  const link = page.locator('p.notice a[href^="/cases/"]');
  story.proposal = (await link.getAttribute('href')).split('/').pop();
  const proposal = await story.case('coordinator', story.proposal);
  const problems = await lacks(proposal, ['已提出', '答复时限']);
  const linked = await proposal.locator('section[aria-labelledby=links] li').count();
  if (linked < OTHERS.length) problems.push(`${linked} voices are linked`);
  return problems;
}

async function answerProposal(story) {
  const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  const fields = { 'f.measure_taken': '奖补资金每月集中兑现', 'f.effective_by': day };
  const page = await story.step('clerk', 'adopt', fields, story.proposal);
  return lacks(page, ['改进中', '奖补资金每月集中兑现']);
}

async function messages(story) {
  const problems = [];
  const told = {
    'firm-owner': ['资金已于今日拨付'],
    clerk: ['企业不满意，本件重新办理'],
    coordinator: ['诉求已收到'],
  };
  for (const [role, words] of Object.entries(told)) {
    const page = await story.as(role);
    await page.goto(`${story.base}/notices`);
    problems.push(...(await lacks(page, words)));
    const before = await page.locator('.sections .unread').innerText();
    await submit(page, page.locator('button[name=one]').first());
    const counts = page.locator('.sections .unread');
    const after = (await counts.count()) > 0 ? await counts.innerText() : '';
    if (before === after && !before.startsWith('99+')) problems.push(`${role}: still ${before} after one was read`);
  }
  return problems;
}

/** Runs a test with the page of somebody in a role. */
async function withPage(browser, base, { role, viewport, script = false }, test) {
  const options = { viewport, javaScriptEnabled: script, reducedMotion: 'reduce', locale: 'zh-CN' };
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  try {
    await enter(context, base, role);
    return await test(await context.newPage(), base);
  } finally {
    await context.close();
  }
}

async function fileOnPhone(page, base) {
  const problems = [];
  await page.goto(`${base}/cases/new/${VOICE}`);
  if ((await page.locator('[name="f.channel"]').count()) > 0) problems.push('a firm is asked how it files');
  problems.push(...(await lacks(page, ['草稿只存文字，不存附件'])));
  await page.locator('[name="f.subject"]').fill('技改补助没有到账');
  await submit(page, page.locator('button[value=save]'));
  const draft = page.locator('section[aria-labelledby=drafts] a').first();
  await submit(page, draft);
  if ((await page.locator('[name="f.subject"]').inputValue()) !== '技改补助没有到账') problems.push('the draft is lost');
  await submit(page, page.locator('button[value=file]'));
  problems.push(...(await lacks(page, ['已收到', '企业时钟'])));
  return problems;
}

async function keys(page, base) {
  const problems = [];
  await page.goto(`${base}/desk?tab=open`);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href') ?? '');
  await page.keyboard.press('j');
  const first = await focused();
  await page.keyboard.press('j');
  const second = await focused();
  await page.keyboard.press('k');
  if (!first.startsWith('/cases/') || first === second) problems.push(`j leads to "${first}", then to "${second}"`);
  if ((await focused()) !== first) problems.push('k does not lead back');
  await page.locator('#filter-q').focus();
  await page.keyboard.press('j');
  if ((await page.locator('#filter-q').inputValue()) !== 'j') problems.push('a letter cannot be typed into a field');
  await page.locator('h1').click();
  await page.keyboard.press('?');
  if (!(await page.locator('#keys').isVisible())) problems.push('? shows no help');
  await page.locator('[data-keys-toggle]').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  if ((await focused()).startsWith('/cases/')) problems.push('the keys cannot be turned off');
  await page.reload();
  await page.locator('[data-keys-help]').click();
  await page.locator('[data-keys-toggle]').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await Promise.all([page.waitForURL(/\/cases\//), page.keyboard.press('Enter')]);
  await page.keyboard.press('t');
  const part = await page.evaluate(() => document.activeElement?.id);
  if (part !== 'timeline') problems.push(`t leads to "${part}"`);
  return problems;
}

async function oneScreen(page, base) {
  await page.goto(`${base}/desk?tab=open`);
  const paths = await page.locator('tbody a[href^="/cases/"]').evaluateAll((all) => all.map((one) => one.pathname));
  const problems = [];
  for (const path of [...new Set(paths)].slice(0, 3)) {
    await page.goto(base + path);
    const parts = await page.evaluate(() => {
      const found = [...document.querySelectorAll('.clocks, .case-doing, .happened')];
      return found.map((part) => ({ left: part.getBoundingClientRect().left, top: part.getBoundingClientRect().top }));
    });
    const isBeside = parts.every(({ left }, at) => at === 0 || left > parts[at - 1].left);
    if (!isBeside || parts.some(({ top }) => top > 450)) problems.push(`${path} is not on one screen: ${JSON.stringify(parts)}`);
  }
  return problems;
}
