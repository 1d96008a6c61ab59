// A select of a message or a form: a button that opens a list, one or several choices, everything by keyboard.
import { clear, h, icon, icons } from './dom.js';
import { Listbox } from './listbox.js';

const kinds = { 5: 'people', 6: 'roles', 7: 'both', 8: 'channels' };

export function optionsOf(select, names) {
  if (select.type === 3) return (select.options ?? []).map(one => ({ value: one.value, label: one.label, hint: one.description, icon: emoji(one.emoji), default: one.default }));
  const chosen = new Set((select.default_values ?? []).map(one => one.id));
  return names.all(kinds[select.type]).map(one => ({ value: one.id, label: one.label, default: chosen.has(one.id) }));
}

export const emoji = one => (one && !one.id && one.name) || undefined;

export class Select {
  constructor(select, names, { label, done, changed } = {}) {
    this.most = select.max_values ?? 1;
    this.fewest = select.min_values ?? 1;
    this.done = done;
    this.changed = changed;
    this.options = optionsOf(select, names);
    this.chosen = new Set(this.options.filter(one => one.default).map(one => one.value));
    this.before = [...this.chosen].join('\n');
    this.placeholder = select.placeholder || 'Make a selection';
    this.list = new Listbox(label ?? this.placeholder, item => this.#choose(item));
    this.face = h('span', { class: 'select-face' });
    this.button = h('button', {
      type: 'button', class: 'select-button', role: 'combobox', 'aria-haspopup': 'listbox', 'aria-expanded': 'false', 'aria-label': label ?? this.placeholder,
      disabled: select.disabled, onclick: () => this.#toggle(), onkeydown: event => this.#key(event), onblur: () => this.#close(true),
    }, this.face, icon(icons.chevron, 22));
    this.element = h('div', { class: 'select', 'data-custom-id': select.custom_id }, this.button, this.list.element);
    this.#face();
  }

  get values() { return this.options.filter(one => this.chosen.has(one.value)).map(one => one.value); }

  #toggle() { if (this.list.open) this.#close(true); else this.#open(); }

  #open() {
    this.filter = '';
    this.#show(Math.max(0, this.options.findIndex(one => this.chosen.has(one.value))));
  }

  #show(at) {
    const wanted = this.filter.toLowerCase();
    const items = this.options.filter(one => one.label.toLowerCase().includes(wanted)).map(one => this.most > 1 ? { ...one, chosen: this.chosen.has(one.value) } : one);
    this.list.show(items, { at, input: this.button, empty: 'Nothing to choose', heading: this.filter && `Matching “${this.filter}”` });
    const box = this.element.getBoundingClientRect();
    this.list.element.classList.toggle('above', innerHeight - box.bottom < 260 && box.top > 260);
  }

  #key(event) {
    if (!this.list.open) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); this.#open(); }
      return;
    }
    if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); this.#close(false); }
    else if (event.key === ' ' && (this.most > 1 || !this.filter)) { event.preventDefault(); this.#choose(this.list.current); }
    else if (event.key === 'Tab') this.#close(true);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.filter += event.key; this.#show(0); }
    else if (event.key === 'Backspace') { this.filter = this.filter.slice(0, -1); this.#show(0); }
    else this.list.key(event);
  }

  #choose(item) {
    if (!item) return;
    if (this.most === 1) {
      this.chosen = new Set([item.value]);
      this.#close(true);
      return;
    }
    if (this.chosen.has(item.value)) this.chosen.delete(item.value);
    else if (this.chosen.size < this.most) this.chosen.add(item.value);
    this.#face();
    this.#show(this.options.findIndex(one => one.value === item.value));
  }

  #close(keep) {
    if (!this.list.open) return;
    this.list.hide();
    this.#face();
    if (keep && [...this.chosen].join('\n') !== this.before && this.chosen.size >= this.fewest) {
      this.before = [...this.chosen].join('\n');
      this.done?.(this.values);
    }
    this.changed?.();
  }

  #face() {
    const chosen = this.options.filter(one => this.chosen.has(one.value));
    clear(this.face, chosen.length ? chosen.map(one => h('span', { class: this.most > 1 ? 'chip' : 'chosen' }, one.icon && one.icon + ' ', one.label)) : h('span', { class: 'placeholder', text: this.placeholder }));
  }
}
