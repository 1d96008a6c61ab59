// Discord's components, drawn from their JSON. Whatever is unknown is left out rather than guessed.
import { h, icon, icons } from './dom.js';
import { markdown } from './markdown.js';
import { Select, emoji } from './select.js';

const styles = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link', 6: 'primary' };

// Files come from the page's own address, wherever the bot's Discord keeps them.
export function local(url) {
  try {
    const path = new URL(url).pathname;
    return path.startsWith('/attachments/') ? path.slice(1) : null;
  } catch { return null; }
}

export function components(list, context) { return (list ?? []).map(one => component(one, context)).filter(Boolean); }

function component(one, context) {
  switch (one.type) {
    case 1: return h('div', { class: 'row' }, components(one.components, context));
    case 2: return button(one, context);
    case 3: case 5: case 6: case 7: case 8: return select(one, context);
    case 9: return h('div', { class: 'section' }, h('div', { class: 'section-text' }, components(one.components, context)), h('div', { class: 'accessory' }, component(one.accessory, context)));
    case 10: return markdown(one.content, context.names);
    case 11: return picture(one, 'thumbnail');
    case 12: return h('div', { class: 'gallery n' + Math.min(4, one.items.length) }, one.items.map(item => picture(item, 'shot')));
    case 13: return file(one.file?.url, one.name ?? context.fileName(one.file));
    case 14: return h('div', { class: `separator ${one.divider === false ? 'bare' : ''} ${one.spacing === 2 ? 'wide' : ''}`, role: one.divider === false ? 'presentation' : 'separator' });
    case 17: return container(one, context);
    default: return null;
  }
}

function container(one, context) {
  const element = h('div', { class: 'container', role: 'group' }, components(one.components, context));
  if (Number.isInteger(one.accent_color)) element.style.setProperty('--accent', '#' + one.accent_color.toString(16).padStart(6, '0'));
  else element.classList.add('plain');
  return element;
}

function button(one, context) {
  const face = [emoji(one.emoji) && h('span', { class: 'emoji', text: one.emoji.name }), one.label && h('span', { class: 'label', text: one.label }), one.style === 5 && icon(icons.external, 16)];
  if (one.style === 5) return h('a', { class: 'button link', href: /^https?:/.test(one.url) ? one.url : undefined, target: '_blank', rel: 'noopener noreferrer' }, face);
  const element = h('button', { type: 'button', class: 'button ' + (styles[one.style] ?? 'secondary'), disabled: one.disabled, 'data-custom-id': one.custom_id }, face, h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')));
  element.addEventListener('click', async () => {
    if (element.classList.contains('busy')) return;
    element.classList.add('busy');
    element.setAttribute('aria-busy', 'true');
    await context.press(one);
    element.classList.remove('busy');
    element.removeAttribute('aria-busy');
  });
  return element;
}

function select(one, context) {
  const made = new Select(one, context.names, {
    done: async values => {
      made.element.classList.add('busy');
      await context.press(one, values);
      made.element.classList.remove('busy');
    },
  });
  return made.element;
}

function picture(one, kind) {
  const source = local(one.media?.url);
  if (!source) return h('div', { class: kind + ' missing', text: one.description ?? 'Picture' });
  const image = h('img', { class: kind, src: source, alt: one.description ?? '', loading: 'lazy', width: one.media.width || undefined, height: one.media.height || undefined });
  return kind === 'shot' ? h('a', { href: source, target: '_blank', rel: 'noopener', 'aria-label': one.description ?? 'Open the picture' }, image) : image;
}

export function file(url, name, size) {
  const source = local(url);
  return h('a', { class: 'file', href: source ?? undefined, download: name }, icon(icons.file, 28), h('span', {}, h('span', { class: 'file-name', text: name }), size !== undefined && h('span', { class: 'file-size', text: bytes(size) })));
}

export function bytes(size) {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let unit = 0;
  let value = size;
  while (value >= 1024 && unit < 3) { value /= 1024; unit++; }
  return `${unit ? value.toFixed(1) : value} ${units[unit]}`;
}
