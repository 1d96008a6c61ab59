// The part of Discord's markdown that messages use, made of elements: there is no step at which text becomes HTML.
import { h } from './dom.js';
import { timestamp } from './time.js';

const inline = [
  [/^\\([\\*_~|`>#\-[\]()<@:!.])/, match => match[1]],
  [/^``([^\n]*?[^`])``(?!`)|^`([^`\n]+)`/, match => h('code', { text: match[1] ?? match[2] })],
  [/^\*\*\*(?=\S)([\s\S]+?)\*\*\*/, (match, read) => h('strong', {}, h('em', {}, read(match[1])))],
  [/^\*\*(?=\S)([\s\S]+?)\*\*(?!\*)/, (match, read) => h('strong', {}, read(match[1]))],
  [/^__(?=\S)([\s\S]+?)__(?!_)/, (match, read) => h('u', {}, read(match[1]))],
  [/^\*(?=\S)([^*\n]+?)\*(?!\*)/, (match, read) => h('em', {}, read(match[1]))],
  [/^_(?=\S)([^_\n]+?)_(?![_\w])/, (match, read, before) => /\w$/.test(before) ? null : h('em', {}, read(match[1]))],
  [/^~~(?=\S)([\s\S]+?)~~/, (match, read) => h('s', {}, read(match[1]))],
  [/^\|\|([\s\S]+?)\|\|/, (match, read) => spoiler(read(match[1]))],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, match => timestamp(Number(match[1]), match[2])],
  [/^<@!?(\d+)>/, (match, read, before, names) => mention('@' + (names.person(match[1]) ?? 'unknown-user'))],
  [/^<@&(\d+)>/, (match, read, before, names) => mention('@' + (names.role(match[1]) ?? 'deleted-role'))],
  [/^<#(\d+)>/, (match, read, before, names) => mention('#' + (names.channel(match[1]) ?? 'unknown'))],
  [/^<\/([-_\w ]{1,100}):\d+>/, match => mention('/' + match[1])],
  [/^@(everyone|here)\b/, match => mention(match[0])],
  [/^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, (match, read) => link(match[2], read(match[1]))],
  [/^https:\/\/discord\.com\/channels\/\d+\/(\d+)(?:\/(\d+))?/, (match, read, before, names) => jump(match[1], match[2], names)],
  [/^https?:\/\/[^\s<>"')\]]+/, match => link(match[0], [match[0]])],
];

// A link to a message here leads there, as it does at Discord.
function jump(channel, post, names) {
  const name = names.channel(channel);
  return name ? h('button', { type: 'button', class: 'mention jump', text: `#${name}${post ? ' › 💬' : ''}`, 'aria-label': `Go to #${name}`, onclick: () => names.jump(channel, post) }) : mention('#no-access');
}

const mention = text => h('span', { class: 'mention', text });

function link(url, children) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, children);
}

function spoiler(children) {
  const element = h('button', { type: 'button', class: 'spoiler', 'aria-label': 'Spoiler, press to read' }, children);
  element.addEventListener('click', () => { element.classList.add('open'); element.removeAttribute('aria-label'); });
  return element;
}

function spans(text, names) {
  const out = [];
  let plain = '';
  let rest = text;
  while (rest.length > 0) {
    let found = null;
    if (/^[\\`*_~|<@[h]/.test(rest)) {
      for (const [pattern, make] of inline) {
        const match = pattern.exec(rest);
        const made = match && make(match, inner => spans(inner, names), plain, names);
        if (made) { found = [match[0].length, made]; break; }
      }
    }
    if (found) {
      if (plain) out.push(plain);
      plain = '';
      out.push(found[1]);
      rest = rest.slice(found[0]);
    } else {
      const next = rest.slice(1).search(/[\\`*_~|<@[h]/);
      const length = next < 0 ? rest.length : next + 1;
      plain += rest.slice(0, length);
      rest = rest.slice(length);
    }
  }
  if (plain) out.push(plain);
  return out;
}

export function markdown(text, names) {
  const out = h('div', { class: 'md' });
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line.startsWith('```')) {
      const body = [];
      const inLine = line.length > 6 && line.endsWith('```');
      if (inLine) body.push(line.slice(3, -3));
      else {
        if (line.length > 3 && !/^```\w*$/.test(line)) body.push(line.slice(3));
        while (++i < lines.length && !lines[i].endsWith('```')) body.push(lines[i]);
        if (i < lines.length && lines[i] !== '```') body.push(lines[i].slice(0, -3));
      }
      out.append(h('pre', {}, h('code', { text: body.join('\n') })));
      continue;
    }
    const heading = /^(#{1,3}) +(.+)$/.exec(line);
    const item = /^( *)[-*] +(.+)$/.exec(line);
    const small = /^-# +(.+)$/.exec(line);
    const quote = /^> (.*)$/.exec(line);
    if (heading) out.append(h('h' + (heading[1].length + 2), { class: 'h' + heading[1].length }, spans(heading[2], names)));
    else if (small) out.append(h('small', {}, spans(small[1], names)));
    else if (quote) {
      const body = [quote[1]];
      while (i + 1 < lines.length && lines[i + 1].startsWith('> ')) body.push(lines[++i].slice(2));
      out.append(h('blockquote', {}, body.flatMap((one, index) => index ? [h('br'), ...spans(one, names)] : spans(one, names))));
    } else if (item) {
      const list = h('ul');
      for (let match = item; match; match = /^( *)[-*] +(.+)$/.exec(lines[i + 1] ?? ''), match && i++) list.append(h('li', {}, spans(match[2], names)));
      out.append(list);
    } else out.append(h('p', {}, line ? spans(line, names) : h('br')));
  }
  return out;
}
