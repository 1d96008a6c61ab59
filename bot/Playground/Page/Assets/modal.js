// A form the bot opened. It keeps the focus until it is sent or closed.
import { h, icon, icons, uid } from './dom.js';
import { markdown } from './markdown.js';
import { Select } from './select.js';

export function openModal(modal, { names, submit, closed }) {
  const title = uid('modal');
  const fields = (modal.components ?? []).map(one => field(one, names)).filter(Boolean);
  const failure = h('div', { class: 'failure', role: 'alert', hidden: true });
  const send = h('button', { type: 'submit', class: 'button primary' }, h('span', { class: 'label', text: 'Submit' }), h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')));
  const form = h('form', { novalidate: true }, h('div', { class: 'modal-fields' }, fields.map(one => one.element), failure),
    h('div', { class: 'modal-buttons' }, h('button', { type: 'button', class: 'button quiet', onclick: () => close() }, h('span', { class: 'label', text: 'Cancel' })), send));
  // It takes the focus itself when its plain text is pressed; the page behind can't have it.
  const dialog = h('div', { class: 'modal', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': title, tabindex: -1 },
    h('div', { class: 'modal-top' }, h('h2', { id: title, text: modal.title }), h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => close() }, icon(icons.close))),
    form);
  const veil = h('div', { class: 'veil' }, dialog);
  const back = document.activeElement;
  const app = document.getElementById('app');

  function close() {
    veil.remove();
    app.inert = false;
    back?.focus?.();
    closed?.();
  }

  veil.addEventListener('mousedown', event => { if (event.target === veil) close(); });
  veil.addEventListener('keydown', event => {
    if (event.key === 'Escape') { event.stopPropagation(); close(); }
    if (event.key === 'Tab') trap(event, dialog);
  });
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (send.classList.contains('busy')) return;
    const wrong = fields.filter(one => !one.check());
    if (wrong.length) { wrong[0].focus(); return; }
    send.classList.add('busy');
    failure.hidden = true;
    const answer = await submit(Object.fromEntries(fields.filter(one => one.id).map(one => [one.id, one.value()])));
    send.classList.remove('busy');
    if (answer.type === 'refused' || answer.state === 'silent') {
      failure.textContent = answer.text ?? 'The application did not respond';
      failure.hidden = false;
    } else close();
  });
  document.getElementById('layer').append(veil);
  app.inert = true;
  (dialog.querySelector('.modal-fields input, .modal-fields textarea, .modal-fields [role=combobox]') ?? send).focus();
  return { close };
}

function trap(event, dialog) {
  const stops = [...dialog.querySelectorAll('button, input, textarea')].filter(one => !one.disabled && one.offsetParent);
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
  else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
}

function field(one, names) {
  if (one.type === 10) return { element: markdown(one.content, names), check: () => true };
  const inner = one.component ?? one.components?.[0];
  if (!inner) return null;
  const made = input(inner, one.label ?? inner.label, names);
  const problem = h('div', { class: 'field-problem', role: 'alert', hidden: true });
  const required = inner.required !== false && inner.type !== 23;
  const hint = one.description && h('div', { class: 'field-hint' + (inner.type === 23 ? ' below' : ''), text: one.description });
  const head = inner.type === 23 ? null : h('label', { class: 'field-label', for: made.for }, one.label ?? inner.label, required && h('span', { class: 'required', 'aria-label': 'required', text: ' *' }));
  return {
    id: inner.custom_id,
    element: h('div', { class: 'field' }, head, head && hint, made.element, !head && hint, problem),
    value: made.value,
    focus: made.focus,
    check() {
      const text = made.problem(required);
      problem.textContent = text ?? '';
      problem.hidden = !text;
      return !text;
    },
  };
}

function input(one, label, names) {
  const id = uid('field');
  if (one.type === 4) {
    const element = h(one.style === 2 ? 'textarea' : 'input', { id, class: 'text-input', placeholder: one.placeholder, maxlength: one.max_length ?? 4000, value: one.value ?? '', rows: one.style === 2 ? 4 : undefined, autocomplete: 'off', spellcheck: 'false' });
    return { element, for: id, focus: () => element.focus(), value: () => element.value, problem: required => required && !element.value ? 'This field is required' : element.value && element.value.length < (one.min_length ?? 0) ? `At least ${one.min_length} characters` : null };
  }
  if (one.type === 23) {
    const box = h('input', { id, type: 'checkbox' });
    box.checked = one.default === true;
    return { element: h('label', { class: 'check' }, box, h('span', { class: 'box', 'aria-hidden': 'true' }), h('span', { text: label })), focus: () => box.focus(), value: () => box.checked, problem: () => null };
  }
  if (one.type === 21 || one.type === 22) return group(one, label);
  const select = new Select(one, names, { label });
  select.button.id = id;
  return { element: select.element, for: id, focus: () => select.button.focus(), value: () => select.values, problem: required => required && select.values.length < Math.max(1, select.fewest) ? 'Make a selection' : null };
}

function group(one, label) {
  const kind = one.type === 21 ? 'radio' : 'checkbox';
  const name = uid('group');
  const boxes = one.options.map(option => {
    const box = h('input', { type: kind, name, value: option.value });
    box.checked = option.default === true;
    return { box, row: h('label', { class: 'check ' + kind }, box, h('span', { class: 'box', 'aria-hidden': 'true' }), h('span', {}, option.label, option.description && h('small', { text: option.description }))) };
  });
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return {
    element: h('div', { class: 'group', role: kind === 'radio' ? 'radiogroup' : 'group', 'aria-label': label }, boxes.map(({ row }) => row)),
    focus: () => boxes[0].box.focus(), value: () => kind === 'radio' ? chosen()[0] ?? '' : chosen(), problem: required => required && !chosen().length ? 'Make a selection' : null,
  };
}
