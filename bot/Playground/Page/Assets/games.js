// The demo game servers: a world one can change with a press, and switches for what runs.
import { h, radio, radios, redraw, unpressed } from './dom.js';

const TILES = { '.': ['grass', 'Grass'], '~': ['water', 'Water'], '#': ['wall', 'Wall'], T: ['tree', 'Tree'], H: ['house', 'House'], '*': ['fire', 'Fire'] };
const BUILD = ['#', 'H', 'T', '*', '.'];

export class Games {
  constructor(send) {
    this.send = send;
    this.games = new Map();
    this.tool = '#';
    this.bot = null;
    this.list = h('div', { class: 'games-list' });
    this.element = h('div', { class: 'games' }, this.list);
  }

  get any() { return this.games.size > 0 || this.bot !== null; }

  setBot(state) {
    this.bot = state;
    this.#show();
  }

  set(game) {
    this.games.set(game.name, game);
    this.#show();
  }

  #show() { unpressed(this, () => this.#draw()); }

  #draw() {
    redraw(this.list, [...this.games.values()].map(game => this.#game(game)), this.bot !== null && this.#bot());
  }

  #game(game) {
    const running = game.state === 'running';
    return h('section', { class: 'game', 'aria-label': `Game server ${game.name}` },
      h('div', { class: 'game-top' }, h('span', { class: `light ${running ? 'on' : game.state === 'paused' ? 'held' : ''}`, 'aria-hidden': 'true' }), h('h3', { text: game.name }), h('span', { class: 'game-state', text: game.state })),
      game.kind === 'map' && this.#map(game),
      game.kind === 'map' && this.#tools(),
      h('div', { class: 'row' }, h('button', { type: 'button', class: 'button secondary small', 'data-key': 'switch ' + game.name, text: running ? 'Turn off' : game.state === 'paused' ? 'Wake up' : 'Turn on', onclick: () => this.send({ type: 'switch', game: game.name, on: !running }) })));
  }

  #map(game) {
    if (!game.rows.length) return h('div', { class: 'map-away', text: game.state === 'running' ? 'Looking…' : 'The world can be seen while the server runs.' });
    return h('div', { class: 'map', role: 'grid', 'aria-label': `World of ${game.name}` }, game.rows.map((row, y) => h('div', { class: 'map-row', role: 'row' }, [...row].map((letter, x) => {
      const [kind, name] = TILES[letter] ?? ['void', 'Nothing'];
      const key = `${game.name} ${x} ${y}`;
      return h('button', {
        type: 'button', class: 'tile ' + kind, role: 'gridcell', 'data-key': key, 'data-tile': letter, tabindex: x === 0 && y === 0 ? 0 : -1, 'aria-label': `${name}, column ${x + 1}, row ${y + 1}`,
        onclick: () => this.send({ type: 'tile', game: game.name, x, y, tile: this.tool }),
        onkeydown: event => this.#move(event, game, x, y),
      });
    }))));
  }

  #move(event, game, x, y) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    [...this.element.querySelectorAll('.tile')].find(one => one.dataset.key === `${game.name} ${x + step[0]} ${y + step[1]}`)?.focus();
  }

  #tools() {
    return radios({ class: 'tools', 'aria-label': 'What a press on the map makes' }, BUILD.map(letter => radio(this.tool === letter, {
      class: 'tool', 'data-key': 'tool ' + letter, title: TILES[letter][1], onclick: () => { this.tool = letter; this.#show(); },
    }, h('span', { class: 'tile ' + TILES[letter][0] }), h('span', { text: letter === '.' ? 'Dig' : TILES[letter][1] }))));
  }

  #bot() {
    const running = this.bot === 'running';
    const act = (name, label, kind) => h('button', { type: 'button', class: `button ${kind} small`, 'data-key': 'bot ' + name, text: label, onclick: () => this.send({ type: 'bot', act: name }) });
    return h('section', { class: 'game', 'aria-label': 'The bot' },
      h('div', { class: 'game-top' }, h('span', { class: 'light ' + (running ? 'on' : ''), 'aria-hidden': 'true' }), h('h3', { text: 'SnapshotBot' }), h('span', { class: 'game-state', text: this.bot })),
      h('p', { class: 'note', text: 'The real program. Kill it in the middle of a restore and start it again.' }),
      h('div', { class: 'row' }, running ? [act('stop', 'Stop', 'secondary'), act('kill', 'Kill', 'danger')] : act('start', 'Start', 'primary')));
  }
}
