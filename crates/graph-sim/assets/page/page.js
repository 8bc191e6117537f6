// The buttons of the simulator's page, and the reading of what is new. Every button names the calls of the control interface that it
// makes (README, "Control") as [method, path, body].

const EVERY = 2000;
const live = document.getElementById('live');
const result = document.getElementById('result');
let busy = false;
let hiding;

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-calls]');
  if (!button || busy) return;
  busy = true;
  button.setAttribute('aria-busy', 'true');
  try {
    for (const [method, path, body] of JSON.parse(button.dataset.calls)) await call(method, path, body);
    say(button.dataset.done);
  } catch (error) {
    say(error.message, true);
  } finally {
    busy = false;
    button.removeAttribute('aria-busy');
  }
  await refresh();
});

async function call(method, path, body) {
  const answer = await fetch(`/_sim/${path}`, {
    method,
    ...(body === null ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch(() => {
    throw new Error('The simulator does not answer.');
  });
  if (answer.ok) return;
  const told = await answer.json().catch(() => undefined);
  throw new Error(told?.error?.message ?? `The simulator refused with ${answer.status}.`);
}

function say(text, failed = false) {
  clearTimeout(hiding);
  result.textContent = text;
  result.className = failed ? 'shown failed' : 'shown';
  hiding = setTimeout(() => (result.className = ''), 6000);
}

async function refresh() {
  if (busy) return;
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => undefined);
  live.classList.toggle('stale', !answer?.ok);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
  // A click in the meantime knows more than this answer.
  if (fresh && !busy) become(live, fresh);
}

/** Changes only what differs, so that the focus, a selection and what is unfolded stay. */
function become(now, fresh) {
  const known = new Map([...now.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = now.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const same = (wanted.id && known.get(wanted.id)) || (alike(at, wanted) ? at : undefined);
    if (!same) {
      now.insertBefore(wanted, at);
      continue;
    }
    if (same === at) at = at.nextSibling;
    else now.insertBefore(same, at);
    if (same.nodeType !== Node.ELEMENT_NODE) {
      if (same.data !== wanted.data) same.data = wanted.data;
    } else if (!same.isEqualNode(wanted)) {
      attributes(same, wanted);
      become(same, wanted);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function alike(now, wanted) {
  return now && now.nodeName === wanted.nodeName && (now.id ?? '') === (wanted.id ?? '');
}

function attributes(now, fresh) {
  for (const { name } of [...now.attributes]) {
    // Whether something is unfolded, and the mark of the page itself, are the reader's.
    const ours = name === 'open' || now === live;
    if (!ours && !fresh.hasAttribute(name)) now.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
}

document.documentElement.classList.add('scripted');
setInterval(() => document.hidden || refresh(), EVERY);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
