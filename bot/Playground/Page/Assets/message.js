// One message: who, when, what. Edits change it where it stands, so that focus and scroll stay where they are.
import { h, icon, icons, clear, unpressed } from './dom.js';
import { components, file, local } from './components.js';
import { markdown } from './markdown.js';
import { clock } from './time.js';

const V2 = 1 << 15;
const LOADING = 1 << 7;

export function avatar(name, bot) {
  let sum = 0;
  for (const letter of name) sum = (sum * 19 + letter.codePointAt(0)) >>> 0;
  return h('div', { class: `avatar ${bot ? 'bot' : 'c' + (sum % 6)}`, 'aria-hidden': 'true', text: bot ? '' : [...name][0].toUpperCase() });
}

// What an element that can have the focus is known by after an edit.
const keyOf = element => element.closest('[data-custom-id]')?.dataset.customId ?? element.getAttribute('href') ?? element.className;

export class Message {
  constructor(post, context) {
    this.context = context;
    this.element = h('article', { class: 'message', 'data-id': post.id });
    this.#draw(post);
  }

  update(post) { unpressed(this, () => this.#draw(post)); }

  #draw(post) {
    const chooser = this.element.querySelector('.select-button[aria-expanded=true]');
    if (chooser) {
      this.#later(post, chooser);
      return;
    }

    this.post = post;
    const { body } = post;
    const { author } = body;
    const mentioned = (body.mentions ?? []).some(one => one.id === this.context.me().id) || body.mention_everyone;
    this.element.className = `message${post.ephemeral ? ' ephemeral' : ''}${mentioned ? ' mentioned' : ''}`;
    this.element.setAttribute('aria-label', `${author.username}, ${clock(body.timestamp)}`);
    const focused = this.element.contains(document.activeElement) ? keyOf(document.activeElement) : null;
    clear(this.element,
      post.used && h('div', { class: 'used' }, h('span', { class: 'used-name', text: post.used.by }), ' used ', h('span', { class: 'used-command', text: '/' + post.used.command })),
      h('div', { class: 'message-body' },
        avatar(author.username, author.bot),
        h('div', { class: 'message-main' },
          h('div', { class: 'by' }, h('span', { class: 'name', text: author.username }), author.bot && h('span', { class: 'tag', text: 'APP' }),
            h('time', { class: 'at', datetime: body.timestamp, text: clock(body.timestamp) }), body.pinned && h('span', { class: 'pinned' }, icon(icons.pin, 13), 'pinned')),
          this.#content(),
          h('div', { class: 'failure', role: 'alert', hidden: true }),
          post.ephemeral && h('div', { class: 'only' }, icon(icons.eye, 15), 'Only you can see this', h('span', { text: '•', 'aria-hidden': 'true' }),
            h('button', { type: 'button', class: 'dismiss', text: 'Dismiss message', onclick: () => this.context.dismiss(post) })))));
    if (focused) [...this.element.querySelectorAll('button, a')].find(one => keyOf(one) === focused)?.focus();
  }

  // Somebody is choosing from a list: it must not vanish under their hand. The newest edit is drawn when they have.
  #later(post, chooser) {
    const isFirst = !this.edited;
    this.edited = post;
    if (!isFirst) return;
    const watch = new MutationObserver(() => {
      if (chooser.getAttribute('aria-expanded') === 'true') return;
      watch.disconnect();
      const newest = this.edited;
      this.edited = null;
      this.update(newest);
    });
    watch.observe(chooser, { attributes: true, attributeFilter: ['aria-expanded'] });
  }

  #content() {
    const { body } = this.post;
    if (body.flags & LOADING) return h('div', { class: 'thinking' }, h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), `${body.author.username} is thinking…`);
    const context = {
      names: this.context.names,
      fileName: one => body.attachments.find(attachment => attachment.url === one?.url)?.filename ?? 'file',
      press: (control, values) => this.#press(control, values),
    };
    const edited = body.edited_timestamp && h('span', { class: 'edited', title: clock(body.edited_timestamp), text: '(edited)' });
    if (body.flags & V2) return h('div', { class: 'content v2' }, components(body.components, context), edited);
    return h('div', { class: 'content' },
      body.content && markdown(body.content, context.names), edited,
      body.embeds.map(one => embed(one, context.names)),
      body.attachments.map(one => one.content_type?.startsWith('image/') && local(one.url) ? h('img', { class: 'shot lone', src: local(one.url), alt: one.description ?? one.filename }) : file(one.url, one.filename, one.size)),
      components(body.components, context));
  }

  async #press(control, values) {
    this.#fail(null);
    const answer = await this.context.press(this.post, control, values);
    if (answer.type === 'refused') this.#fail(answer.text);
    else if (answer.state === 'silent') this.#fail('The application did not respond');
  }

  #fail(text) {
    const place = this.element.querySelector('.failure');
    if (!place) return;
    place.textContent = text ?? '';
    place.hidden = !text;
  }
}

function embed(one, names) {
  const element = h('div', { class: 'embed' },
    one.title && h('div', { class: 'embed-title' }, markdown(one.title, names)),
    one.description && markdown(one.description, names),
    one.fields?.length > 0 && h('div', { class: 'embed-fields' }, one.fields.map(field => h('div', { class: field.inline ? 'inline' : '' }, h('div', { class: 'embed-field', text: field.name }), markdown(field.value, names)))),
    one.footer && h('div', { class: 'embed-footer', text: one.footer.text }));
  if (Number.isInteger(one.color)) element.style.setProperty('--accent', '#' + one.color.toString(16).padStart(6, '0'));
  return element;
}

// What stands there until the bot has said its first word.
export function pending(text, name) {
  const failure = h('div', { class: 'failure', role: 'alert', hidden: true });
  const state = h('div', { class: 'thinking' }, h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), 'Sending command…');
  const element = h('article', { class: 'message ephemeral pending' }, h('div', { class: 'used' }, h('span', { class: 'used-name', text: name }), ' used ', h('span', { class: 'used-command', text })),
    h('div', { class: 'message-body' }, avatar('SnapshotBot', true), h('div', { class: 'message-main' }, h('div', { class: 'by' }, h('span', { class: 'name', text: 'SnapshotBot' }), h('span', { class: 'tag', text: 'APP' })), state, failure)));
  return {
    element,
    fail(words) {
      state.remove();
      failure.textContent = words;
      failure.hidden = false;
      failure.append(' ', h('button', { type: 'button', class: 'dismiss', text: 'Dismiss message', onclick: () => element.remove() }));
    },
  };
}
