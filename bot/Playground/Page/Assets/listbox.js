// A list to choose from, moved through with the keyboard while the focus stays where one types.
import { clear, h, uid } from './dom.js';

export class Listbox {
  #items = [];
  #at = -1;
  #choose;

  constructor(label, choose) {
    this.#choose = choose;
    this.id = uid('list');
    this.element = h('div', { class: 'listbox', id: this.id, role: 'listbox', 'aria-label': label, hidden: true });
  }

  get open() { return !this.element.hidden; }

  get current() { return this.#items[this.#at]; }

  // Items: { label, hint, value, ... }; what stands above them is a heading.
  show(items, { heading, empty, at = 0, input } = {}) {
    this.#items = items;
    this.#at = items.length ? Math.min(at, items.length - 1) : -1;
    this.input = input ?? this.input;
    const rows = items.map((item, index) => h('div', {
      class: 'option', role: 'option', id: `${this.id}-${index}`, 'aria-selected': index === this.#at ? 'true' : 'false',
      onmousedown: event => { event.preventDefault(); this.#choose(item); },
      onmousemove: () => { if (this.#at !== index) this.#mark(index); },
    }, item.icon && h('span', { class: 'option-icon', text: item.icon }),
    h('span', { class: 'option-text' }, h('span', { class: 'option-label', text: item.label }), item.hint && h('span', { class: 'option-hint', text: item.hint })),
    item.side && h('span', { class: 'option-side', text: item.side }),
    item.chosen !== undefined && h('span', { class: 'tick' + (item.chosen ? ' on' : ''), 'aria-hidden': 'true' })));
    clear(this.element, heading && h('div', { class: 'list-heading', text: heading }), rows.length ? rows : empty && h('div', { class: 'list-empty', text: empty }));
    this.element.hidden = !rows.length && !empty;
    this.#tell();
  }

  hide() {
    this.element.hidden = true;
    this.#items = [];
    this.#at = -1;
    this.#tell();
  }

  // True when the key was the list's.
  key(event) {
    if (!this.open || !this.#items.length) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.#mark((this.#at + moves[event.key] + this.#items.length) % this.#items.length);
    else if (event.key === 'PageDown' || event.key === 'PageUp') this.#mark(Math.max(0, Math.min(this.#items.length - 1, this.#at + (event.key === 'PageDown' ? 8 : -8))));
    else if (event.key === 'Enter' || event.key === 'Tab') { if (this.#at < 0) return false; this.#choose(this.#items[this.#at]); }
    else return false;
    event.preventDefault();
    return true;
  }

  #mark(index) {
    this.element.querySelector('[aria-selected=true]')?.setAttribute('aria-selected', 'false');
    this.#at = index;
    const row = document.getElementById(`${this.id}-${index}`);
    row?.setAttribute('aria-selected', 'true');
    row?.scrollIntoView({ block: 'nearest' });
    this.#tell();
  }

  #tell() {
    if (!this.input) return;
    this.input.setAttribute('aria-expanded', String(this.open));
    this.input.setAttribute('aria-controls', this.id);
    if (this.#at >= 0) this.input.setAttribute('aria-activedescendant', `${this.id}-${this.#at}`);
    else this.input.removeAttribute('aria-activedescendant');
  }
}
