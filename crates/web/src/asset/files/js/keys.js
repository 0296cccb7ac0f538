// Keys for lists and for the page of a case: j and k go on and back, Enter opens what has the focus, x ticks it, a letter
// leads to a part of the page, ? says what there is. Every word that is shown comes from the page. Without this script
// everything is reached by Tab and by links. Keys of one letter disturb who dictates, so they can be turned off.
'use strict';

(() => {
  const help = document.getElementById('keys');
  if (!help) return;
  const OFF = 'keys-off';
  const toggle = help.querySelector('[data-keys-toggle]');
  const opener = document.querySelector('[data-keys-help]');
  let isOff = false;

  function remembered() {
    try {
      return localStorage.getItem(OFF) === '1';
    } catch {
      return false;
    }
  }

  function turn(off) {
    isOff = off;
    toggle.textContent = off ? toggle.dataset.on : toggle.dataset.off;
    try {
      localStorage.setItem(OFF, off ? '1' : '0');
    } catch {
      // Whoever keeps nothing turns them off once a page.
    }
  }

  const isSeen = (element) => element.getClientRects().length > 0;

  /** What j and k go to: the first link or fold of every entry of the lists of the page. */
  function entries() {
    const rows = [...document.querySelectorAll('[data-keys] > *')];
    const targets = rows.map((row) => row.querySelector('summary, a[href]'));
    return targets.filter((target) => target && isSeen(target));
  }

  function go(step) {
    const all = entries();
    const here = all.findIndex((target) => target.closest('[data-keys] > *').contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    if (all[next]) focus(all[next]);
  }

  function focus(element) {
    element.focus();
    element.scrollIntoView({ block: 'nearest' });
  }

  function tick() {
    const box = document.activeElement?.closest('[data-keys] > *')?.querySelector('input[type=checkbox]');
    if (box) box.click();
  }

  function showHelp(isShown) {
    help.hidden = !isShown;
    opener.setAttribute('aria-expanded', String(isShown));
    if (isShown) help.focus();
    else opener.focus();
  }

  /** Whether somebody is typing, for then a letter is a letter. */
  function isTyping({ target }) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape' && !help.hidden) return showHelp(false);
    if (isOff || (isTyping(event) && event.target.type !== 'checkbox')) return;
    const part = [...document.querySelectorAll('[data-key]')].find((one) => one.dataset.key === event.key);
    if (event.key === 'j') go(1);
    else if (event.key === 'k') go(-1);
    else if (event.key === 'x') tick();
    else if (event.key === '?') showHelp(help.hidden);
    else if (part) focus(part);
    else return;
    event.preventDefault();
  });

  turn(remembered());
  opener.hidden = false;
  opener.addEventListener('click', () => showHelp(help.hidden));
  toggle.addEventListener('click', () => turn(!isOff));
  help.querySelector('[data-keys-close]').addEventListener('click', () => showHelp(false));
})();
