// What the desk does with voices that are alike, all without JavaScript on a phone: it enters six by telephone, looks for like
// ones before it enters the next, takes what is suggested, and makes one proposal of the common problem. Needs `--demo`.

import { enter } from './roles.mjs';

const plain = { javaScriptEnabled: false, reducedMotion: 'reduce', viewport: { width: 390, height: 844 } };
const ACCOUNTS = [
  '滨海园区外的道路白天货车限行，送货只能等到晚上，希望调整货车限行时段',
  '货车限行太严，园区企业白天进不了货，希望调整限行时段',
  '白天货车限行，客户提货的车开不进园区，请调整货车限行时段',
  '园区道路货车限行，白天送货的车进不来，希望调整时段',
  '货车限行时段太长，白天货车不能进园区送货',
  '再次反映滨海园区货车限行，白天送货的车进不来，希望调整时段',
];

/** Every journey: a name and a function that gets the browser and answers with problems. */
export function clusterJourneys(base) {
  return [{ name: 'six voices by telephone become one proposal', test: (b) => proposal(b, base) }];
}

/** A made-up credit code with the right check characters. */
export function code(number) {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `MATEXT${number}0`;
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...body].reduce((all, one, at) => all + parseInt(one, 36) * weights[at], 0);
  const rest = 11 - (sum % 11);
  const first = `91330302${body}${rest === 10 ? 'X' : rest === 11 ? '0' : rest}`;
  const [total] = [...first].reduce(([all, weight], one) => [all + alphabet.indexOf(one) * weight, (weight * 3) % 31], [0, 1]);
  return first + alphabet[(31 - (total % 31)) % 31];
}

/** Fills in the form for a voice that comes by telephone. */
async function fill(page, base, number) {
  await page.goto(`${base}/cases/new/enterprise-voice`);
  await page.locator('input[name=firm]').fill(code(number % 5));
  await page.locator('[name="f.subject"]').fill('货车限行');
  await page.locator('[name="f.account"]').fill(ACCOUNTS[number]);
  for (const [name, value] of [['voice_kind', 'ordinary'], ['channel', 'telephone'], ['identity', 'named']]) {
    const field = page.locator(`[name="f.${name}"]`).first();
    if ((await field.evaluate((one) => one.tagName)) === 'SELECT') await field.selectOption(value);
    else await page.locator(`[name="f.${name}"][value="${value}"]`).check();
  }
}

async function proposal(browser, base) {
  const context = await browser.newContext(plain);
  context.setDefaultTimeout(15_000);
  try {
    await enter(context, base, 'coordinator');
    const page = await context.newPage();
    for (let number = 0; number < ACCOUNTS.length; number += 1) {
      await fill(page, base, number);
      if (number > 0) {
        await page.locator('button[name=do][value=check]').click();
        if ((await page.locator('#near').count()) !== 1) return [`voice ${number}: nothing is said of like ones`];
      }
      await Promise.all([page.waitForURL(/\/cases\/\d{4}-/), page.locator('button[name=do][value=file]').click()]);
    }
    if ((await page.locator('#near').count()) !== 1) return ['the case shows no voices that are alike'];
    const take = page.locator('a[href*="?take="]').first();
    await Promise.all([page.waitForURL(/take=/), take.click()]);
    const reason = await page.locator('#dispatch-competence_reason').inputValue();
    if (!reason) return ['what is suggested was not filled in'];
    return await propose(page, base);
  } finally {
    await context.close();
  }
}

/** Makes a proposal of the common problem, and finds it named when the page is opened again. */
async function propose(page, base) {
  await page.goto(`${base}/desk/clusters`);
  await page.locator('main a[href^="/desk/clusters/"]').filter({ hasText: '货车限行' }).first().click();
  const form = page.locator('form[action$="/propose"]');
  if ((await form.count()) !== 1) return ['nothing can be proposed'];
  await form.locator('[name="f.competent_body"]').fill('市公安局');
  await form.locator('[name="f.proposal"]').fill('调整园区货车限行时段');
  await form.locator('[name="f.guidance_given"][value="true"]').check();
  await Promise.all([page.waitForURL(/done=proposed/), form.locator('button[type=submit]').click()]);
  if ((await page.locator('form[action$="/propose"]').count()) > 0) return ['it can be proposed twice'];
  await Promise.all([page.waitForURL(/\/cases\//), page.locator('p.notice a[href^="/cases/"]').click()]);
  const linked = await page.locator('section[aria-labelledby=links] li').count();
  return linked >= ACCOUNTS.length ? [] : [`${linked} voices are linked`];
}
