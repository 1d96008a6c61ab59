// The message box: plain words, or a command with its options, choices and suggestions.
import { clear, h, uid } from './dom.js';
import { Listbox } from './listbox.js';

const TYPES = { 3: 'text', 4: 'whole number', 5: 'true or false', 6: 'person', 7: 'channel', 8: 'role', 9: 'person or role', 10: 'number' };
const WAIT = 120;

// Every command with its way down to what can be sent.
export function flatten(commands) {
  const out = [];
  const walk = (one, words, described) => {
    const subs = (one.options ?? []).filter(option => option.type <= 2);
    if (subs.length) for (const sub of subs) walk(sub, [...words, sub.name], sub.description);
    else out.push({ path: words.join(' '), description: described, options: one.options ?? [] });
  };
  for (const command of commands) walk(command, [command.name], command.description);
  return out.sort((a, b) => a.path.localeCompare(b.path));
}

export class Composer {
  constructor({ names, send, command, suggest }) {
    Object.assign(this, { names, send, command, suggest });
    this.commands = [];
    this.fields = [];
    this.list = new Listbox('Commands', item => this.#take(item));
    this.input = h('input', { id: 'composer', class: 'composer-input', type: 'text', autocomplete: 'off', spellcheck: 'false', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-label': 'Message, or / for a command', maxlength: 2000 });
    this.input.addEventListener('input', () => this.#typed());
    this.input.addEventListener('keydown', event => this.#key(event));
    this.input.addEventListener('blur', () => this.list.hide());
    this.input.addEventListener('focus', () => this.#typed());
    this.line = h('div', { class: 'composer-line' }, this.input);
    this.help = h('div', { class: 'composer-help', id: uid('help'), hidden: true });
    this.problem = h('div', { class: 'composer-problem', role: 'alert', hidden: true });
    this.element = h('div', { class: 'composer' }, this.list.element, this.help, this.problem, h('form', { class: 'composer-box', onsubmit: event => { event.preventDefault(); this.#submit(); } }, this.line,
      h('button', { type: 'button', class: 'slash', 'aria-label': 'Commands', title: 'Commands', text: '/', onclick: () => this.#slash() }),
      h('button', { type: 'submit', class: 'send', 'aria-label': 'Send', text: '➤' })));
  }

  setChannel(name) { this.channel = name; if (!this.chosen) this.input.placeholder = `Message #${name}`; }

  setCommands(commands) {
    this.commands = flatten(commands);
    if (document.activeElement === this.input) this.#typed();
  }

  focus() { (this.fields.find(field => field.required && !field.input.value)?.input ?? this.fields[0]?.input ?? this.input).focus(); }

  #slash() {
    this.#reset();
    this.input.value = '/';
    this.input.focus();
    this.#typed();
  }

  #typed() {
    this.#fail(null);
    const text = this.input.value;
    if (this.chosen || !text.startsWith('/')) { this.list.hide(); return; }
    const words = text.slice(1).toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.commands.filter(one => words.every(word => one.path.includes(word))).slice(0, 60);
    found.sort((a, b) => Number(b.path.startsWith(words.join(' '))) - Number(a.path.startsWith(words.join(' '))));
    this.list.show(found.map(one => ({ label: '/' + one.path, hint: one.description, command: one })), {
      input: this.input, heading: words.length ? 'Commands matching ' + words.join(' ') : 'Commands', empty: this.commands.length ? 'No such command' : 'The bot has not registered its commands yet',
    });
  }

  #key(event) {
    if (this.list.open && this.list.key(event)) return;
    if (event.key === 'Escape') { this.list.hide(); if (!this.chosen) this.input.value = ''; }
    else if (event.key === 'Enter') { event.preventDefault(); this.#submit(); }
  }

  #take(item) {
    if (item.command) this.#choose(item.command);
    else item.take();
  }

  #choose(command) {
    this.chosen = command;
    this.list.hide();
    this.fields = [];
    this.input.value = '';
    this.input.hidden = true;
    clear(this.line, h('span', { class: 'command-name', text: '/' + command.path }), this.fieldsPlace = h('span', { class: 'command-fields' }), this.more = this.#more(), this.input);
    for (const option of command.options.filter(one => one.required)) this.#add(option);
    this.#menu();
    if (this.fields.length) this.fields[0].input.focus();
    else this.more.focus();
  }

  // What can still be given: typing its beginning finds it, Enter takes it, Enter on nothing sends.
  #more() {
    const input = h('input', { class: 'more-options', type: 'text', autocomplete: 'off', role: 'combobox', 'aria-expanded': 'false', 'aria-label': 'Add an option, or Enter to send' });
    input.addEventListener('focus', () => { this.#hint(null); this.#options(); });
    input.addEventListener('input', () => this.#options());
    input.addEventListener('blur', () => { this.list.hide(); input.value = ''; });
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !input.value && !this.moved) { event.preventDefault(); this.#submit(); return; }
      if (event.key === 'Tab' && !input.value && !this.moved) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') this.moved = true;
      if (this.list.open && this.list.key(event)) return;
      if (event.key === 'Escape') { event.preventDefault(); this.#reset(); this.input.focus(); }
      else if (event.key === 'Backspace' && !input.value) { event.preventDefault(); this.#back(this.fields.at(-1)); }
    });
    return input;
  }

  #options() {
    this.moved = this.more.value.length > 0;
    const wanted = this.more.value.toLowerCase();
    const left = this.chosen.options.filter(one => !this.fields.some(field => field.option === one) && one.name.includes(wanted));
    this.list.show(left.map(one => ({ label: one.name, hint: one.description, take: () => { this.more.value = ''; this.#add(one).input.focus(); this.#menu(); } })), { input: this.more, heading: left.length ? 'More options · Enter sends' : undefined });
  }

  #menu() { this.more.placeholder = this.chosen.options.length > this.fields.length ? `+${this.chosen.options.length - this.fields.length} more` : ''; }

  #add(option) {
    const id = uid('option');
    const input = h('input', { id, class: 'option-input', type: 'text', autocomplete: 'off', spellcheck: 'false', role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-required': String(option.required === true), 'aria-describedby': this.help.id, 'data-option': option.name, 'data-suggests': String(option.autocomplete === true || option.type === 5 || (option.choices?.length ?? 0) > 0 || (option.type >= 6 && option.type <= 9)), inputmode: option.type === 4 || option.type === 10 ? 'decimal' : undefined });
    const field = { option, input, required: option.required === true, value: null, element: h('span', { class: 'command-field' }, h('label', { for: id, text: option.name }), input) };
    input.addEventListener('focus', () => { this.#hint(option); this.#offer(field); });
    input.addEventListener('input', () => { field.value = null; input.size = Math.max(4, Math.min(40, input.value.length + 1)); this.#offer(field); });
    input.addEventListener('blur', () => this.list.hide());
    input.addEventListener('keydown', event => this.#fieldKey(event, field));
    input.size = 6;
    this.fields.push(field);
    this.fieldsPlace.append(field.element);
    return field;
  }

  #fieldKey(event, field) {
    if (this.list.open && (event.key !== 'Tab' || field.input.value) && this.list.key(event)) return;
    if (event.key === 'Enter') { event.preventDefault(); this.#next(field, true); }
    else if (event.key === 'Escape') { event.preventDefault(); if (this.list.open) this.list.hide(); else { this.#reset(); this.input.focus(); } }
    else if (event.key === 'Backspace' && !field.input.value) { event.preventDefault(); this.#back(field); }
  }

  #next(field, send) {
    const open = this.fields.find(one => one.required && !one.input.value);
    if (open) open.input.focus();
    else if (send) this.#submit();
    else this.more.focus();
  }

  #back(field) {
    if (!field || field.required) { this.#reset(); this.input.value = '/'; this.input.focus(); this.#typed(); return; }
    const index = this.fields.indexOf(field);
    field.element.remove();
    this.fields.splice(index, 1);
    this.#menu();
    (this.fields[index - 1]?.input ?? this.more).focus();
  }

  #offer(field) {
    const { option, input } = field;
    const typed = input.value.toLowerCase();
    const take = (label, value) => ({ label, take: () => { this.#set(field, label, value); } });
    const fixed = option.type === 5 ? [{ name: 'True', value: 'true' }, { name: 'False', value: 'false' }]
      : option.choices?.length ? option.choices
        : option.type === 6 ? this.names.all('people').map(one => ({ name: one.label, value: one.id }))
          : option.type === 7 ? this.names.all('channels').map(one => ({ name: one.label, value: one.id }))
            : option.type === 8 ? this.names.all('roles').map(one => ({ name: one.label, value: one.id })) : null;
    if (fixed) {
      const found = field.value === null ? fixed.filter(one => one.name.toLowerCase().includes(typed)) : fixed;
      this.list.show(found.map(one => take(one.name, String(one.value))), { input, heading: option.name, empty: 'No such choice' });
    } else if (option.autocomplete) this.#suggest(field);
    else this.list.hide();
  }

  #suggest(field) {
    clearTimeout(this.timer);
    const asked = this.asked = (this.asked ?? 0) + 1;
    const { option, input } = field;
    this.list.show([], { input, empty: 'Loading options…' });
    this.timer = setTimeout(async () => {
      // The command was sent or left meanwhile.
      if (!this.fields.includes(field)) return;
      const answer = await this.suggest(this.chosen.path, option.name, field.value === null ? input.value : '', this.#values(field));
      if (asked !== this.asked || document.activeElement !== input) return;
      if (answer.state !== 'answered') this.list.show([], { input, empty: 'Loading options failed' });
      else this.list.show(answer.choices.map(one => ({ label: one.name, take: () => this.#set(field, one.name, one.value) })), { input, heading: option.name, empty: 'No options match your search' });
    }, WAIT);
  }

  #set(field, label, value) {
    this.asked = (this.asked ?? 0) + 1;
    field.input.value = label;
    field.input.size = Math.max(4, Math.min(40, label.length + 1));
    field.value = value;
    this.list.hide();
    this.#next(field, false);
  }

  #hint(option) {
    this.help.hidden = !option;
    if (option) clear(this.help, h('strong', { text: option.name }), h('span', { text: option.description }), h('em', { text: TYPES[option.type] ?? '' }));
  }

  #values(except) {
    return Object.fromEntries(this.fields.filter(field => field !== except && field.input.value).map(field => [field.option.name, field.value ?? field.input.value]));
  }

  #submit() {
    if (!this.chosen) {
      const text = this.input.value.trim();
      if (text.startsWith('/')) { this.#fail('Choose a command from the list'); return; }
      if (text && !this.send(text)) { this.#fail('The playground is not there; your words are kept'); return; }
      this.input.value = '';
      return;
    }
    const open = this.fields.find(field => field.required && !field.input.value);
    if (open) { this.#fail(`This option is required: ${open.option.name}`); open.input.focus(); return; }
    const { path } = this.chosen;
    const values = this.#values(null);
    this.#reset();
    this.input.focus();
    this.command(path, values);
  }

  #fail(text) {
    this.problem.textContent = text ?? '';
    this.problem.hidden = !text;
  }

  #reset() {
    this.chosen = null;
    this.fields = [];
    this.asked = (this.asked ?? 0) + 1;
    this.list.hide();
    this.#hint(null);
    this.#fail(null);
    this.input.hidden = false;
    this.input.value = '';
    clear(this.line, this.input);
  }
}
