// Puts the page together: who looks at which channel, what is there, and what is sent.
import { clear, h, icon, icons, radio, radios, redraw, unpressed } from './dom.js';
import { Composer } from './composer.js';
import { Games } from './games.js';
import { Message, avatar, pending } from './message.js';
import { openModal } from './modal.js';
import { Socket } from './socket.js';

const place = id => document.getElementById(id);
const state = { guilds: [], person: null, channel: null, posts: new Map(), unread: new Set(), modal: null };

const guild = () => state.guilds.find(one => one.channels.some(channel => channel.id === state.channel)) ?? state.guilds[0];
const me = () => guild()?.people.find(one => one.id === state.person) ?? { id: '', name: '', role: '' };
const named = (list, id) => state.guilds.flatMap(one => one[list]).find(one => one.id === id)?.name;
const names = {
  person: id => named('people', id) ?? (id === state.bot?.id ? state.bot.name : undefined),
  role: id => named('roles', id)?.replace(/^@/, ''),
  channel: id => named('channels', id),
  jump: (channel, post) => { state.wanted = post; socket.send({ type: 'look', person: state.person, channel }); },
  all(kind) {
    const people = () => guild().people.map(one => ({ id: one.id, label: one.name }));
    const roles = () => guild().roles.map(one => ({ id: one.id, label: one.name.startsWith('@') ? one.name : '@' + one.name }));
    return kind === 'people' ? people() : kind === 'roles' ? roles() : kind === 'channels' ? guild().channels.map(one => ({ id: one.id, label: '#' + one.name })) : [...people(), ...roles()];
  },
};

const socket = new Socket();
const games = new Games(message => socket.send(message));
const composer = new Composer({
  names,
  send: text => socket.send({ type: 'say', text }),
  suggest: (path, option, text, options) => socket.ask({ type: 'suggest', path, option, text, options }),
  command,
});
const context = {
  names,
  me,
  press: async (post, control, values) => opened(await socket.ask({ type: 'press', post: post.id, control: control.custom_id, select: control.type !== 2, values: values ?? [] })),
  dismiss: post => socket.send({ type: 'dismiss', post: post.id }),
};

async function command(path, options) {
  const waiting = pending('/' + path, me().name);
  log(() => place('log').append(waiting.element));
  const answer = await socket.ask({ type: 'command', path, options });
  if (answer.type === 'refused') waiting.fail(answer.text);
  else if (answer.state === 'silent') waiting.fail('The application did not respond');
  else { waiting.element.remove(); opened(answer); }
}

// A form opens on whatever was pressed; the answer goes on to whoever asked.
function opened(answer) {
  if (answer.modal) {
    state.modal?.close();
    state.modal = openModal(answer.modal, {
      names,
      submit: fields => socket.ask({ type: 'submit', exchange: answer.exchange, fields }).then(opened),
      closed: () => { state.modal = null; },
    });
  }
  return answer;
}

// Keeps the newest in sight, unless somebody has scrolled up to read.
function log(change) {
  const element = place('log');
  const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 120;
  change();
  if (atEnd) unpressed(element, () => { element.scrollTop = element.scrollHeight; });
}

// A window that changes its size keeps showing what it showed: the end, mostly.
let atEnd = true;
place('log').addEventListener('scroll', () => { const log = place('log'); atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120; });
addEventListener('resize', () => { if (atEnd) place('log').scrollTop = place('log').scrollHeight; });

function view(message) {
  state.person = message.person;
  state.channel = message.channel;
  state.unread.delete(message.channel);
  state.posts = new Map();
  clear(place('log'), welcome(), message.posts.map(add));
  place('log').scrollTop = place('log').scrollHeight;
  show(state.wanted);
  composer.setChannel(names.channel(state.channel));
  sides();
}

// The message somebody was led to, for a moment in another colour.
function show(id) {
  state.wanted = null;
  const element = id && state.posts.get(id)?.element;
  if (!element) return;
  element.scrollIntoView({ block: 'center' });
  element.classList.add('found');
  setTimeout(() => element.classList.remove('found'), 2000);
}

function add(post) {
  const message = new Message(post, context);
  state.posts.set(post.id, message);
  return message.element;
}

const welcome = () => h('div', { class: 'welcome' }, h('div', { class: 'welcome-sign' }, icon(icons.hash, 40)), h('h2', { text: `Welcome to #${names.channel(state.channel)}` }),
  h('p', {}, 'A channel on your own machine: the real bot, real containers, nobody else. Type ', h('kbd', { text: '/' }), ' for its commands.'));

function sides() {
  const look = change => socket.send({ type: 'look', person: state.person, channel: state.channel, ...change });
  const go = change => { document.body.classList.remove('side-open'); look(change); };
  redraw(place('side'),
    h('div', { class: 'guild-name' }, h('span', { text: guild().name }), h('button', { type: 'button', class: 'icon-button narrow', 'aria-label': 'Close the channel list', onclick: () => document.body.classList.remove('side-open') }, icon(icons.close))),
    state.guilds.length > 1 && h('div', { class: 'guilds', role: 'group', 'aria-label': 'Discord servers' }, state.guilds.map(one => h('button', { type: 'button', class: 'guild', 'aria-pressed': String(one === guild()), text: one.name, onclick: () => go({ channel: one.channels[0].id, person: (one.people.find(person => person.id === state.person) ?? one.people[0]).id }) }))),
    h('ul', { class: 'channels' }, guild().channels.map(channel => h('li', {}, h('button', {
      type: 'button', 'data-key': channel.id, class: `channel${state.unread.has(channel.id) ? ' unread' : ''}`, 'aria-current': channel.id === state.channel ? 'page' : undefined, onclick: () => go({ channel: channel.id }),
    }, icon(icons.hash), h('span', { text: channel.name }), state.unread.has(channel.id) && h('span', { class: 'visually-hidden', text: 'unread' }))))),
    h('div', { class: 'people' }, h('div', { class: 'people-title', id: 'people-title', text: 'You are' }),
      radios({ 'aria-labelledby': 'people-title' }, guild().people.map(person => radio(person.id === state.person, {
        class: 'person', 'data-person': person.name, 'data-key': person.id, onclick: () => go({ person: person.id }),
      }, avatar(person.name), h('span', { class: 'person-text' }, h('span', { class: 'person-name', text: person.name }), h('span', { class: 'person-role', text: person.role || 'no role' })))))));
  clear(place('top'),
    h('button', { type: 'button', class: 'icon-button narrow', 'aria-label': 'Channels and people', onclick: () => document.body.classList.toggle('side-open') }, icon(icons.menu)),
    icon(icons.hash, 22), h('h1', { text: names.channel(state.channel) }),
    h('span', { class: 'top-me' }, avatar(me().name), h('span', { text: me().name })),
    games.any && h('button', { type: 'button', class: 'icon-button games-toggle', 'aria-label': 'Game servers', 'aria-pressed': String(document.body.classList.contains('games-open')), onclick: event => { document.body.classList.toggle('games-open'); event.currentTarget.setAttribute('aria-pressed', String(document.body.classList.contains('games-open'))); } }, icon(icons.map, 22)));
}

function shown() {
  const first = !document.body.classList.contains('with-games');
  document.body.classList.toggle('with-games', games.any);
  if (first && games.any) sides();
}

socket
  .on('hello', message => { Object.assign(state, { guilds: message.guilds, bot: message.bot }); })
  .on('view', view)
  .on('palette', message => { composer.setCommands(message.commands); document.body.dataset.commands = message.commands.length; })
  .on('post', message => log(() => { if (!state.posts.has(message.post.id)) place('log').append(add(message.post)); }))
  .on('edit', message => log(() => state.posts.get(message.post.id)?.update(message.post)))
  .on('gone', message => { state.posts.get(message.id)?.element.remove(); state.posts.delete(message.id); })
  .on('unread', message => {
    state.unread.add(message.channel);
    // In place: a press on a channel must not be lost to its being drawn anew.
    const button = document.querySelector(`.channel[data-key="${CSS.escape(message.channel)}"]:not(.unread)`);
    button?.classList.add('unread');
    button?.append(h('span', { class: 'visually-hidden', text: 'unread' }));
  })
  .on('game', message => { games.set(message); shown(); })
  .on('bot', message => { games.setBot(message.state); shown(); })
  .on('open', () => {
    document.body.classList.remove('away');
    // Back after a lost line, before anything else is said: as who one was, where one was.
    if (state.person) socket.send({ type: 'look', person: state.person, channel: state.channel });
  })
  .on('close', () => document.body.classList.add('away'));

clear(place('bottom'), h('div', { class: 'away-note', role: 'status', text: 'The playground has ended or is not there. Trying again…' }), composer.element);
clear(place('games'), h('div', { class: 'games-top' }, h('h2', { text: 'Game servers' }), h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => document.body.classList.remove('games-open') }, icon(icons.close))), games.element);
addEventListener('keydown', event => {
  const typing = event.target.closest?.('input, textarea, [role=combobox], [role=dialog]');
  if (event.key === '/' && !typing) { event.preventDefault(); composer.focus(); composer.element.querySelector('.slash').click(); }
});
socket.open();
