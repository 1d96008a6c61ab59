// Elements are only ever made here, and text is only ever set as text: nothing that came from a bot, a game or a person is read as HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else if (key === 'text') element.textContent = value;
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export const clear = (element, ...children) => { element.replaceChildren(...children.flat().filter(Boolean)); return element; };

// A press is a button down and up on the same element: what is drawn anew between the two takes the press away. So drawing waits for the up.
let held = false;
const late = new Map();
addEventListener('pointerdown', () => { held = true; }, true);
// Not in the capturing phase: there it would hear every element lose the focus, and a press takes that from another.
for (const end of ['pointerup', 'pointercancel', 'blur']) addEventListener(end, () => {
  held = false;
  // After the click that this up makes.
  setTimeout(() => { const draws = [...late.values()]; late.clear(); for (const draw of draws) draw(); });
});

// Draws now, or after the press that is under way; of several for the same thing only the newest.
export function unpressed(what, draw) {
  if (held) late.set(what, draw);
  else { late.delete(what); draw(); }
}

// What is drawn anew keeps the focus where it was: elements are known again by their data-key.
export function redraw(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  clear(element, ...children);
  if (key !== undefined) [...element.querySelectorAll('[data-key]')].find(one => one.dataset.key === key)?.focus();
}

// One stop of the Tab key for a whole group, and arrows that choose: as radio buttons do.
export function radios(props, buttons) {
  return h('div', { role: 'radiogroup', ...props, onkeydown: event => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  } }, buttons);
}

export const radio = (checked, props, ...children) =>
  h('button', { type: 'button', role: 'radio', 'aria-checked': String(checked), tabindex: checked ? 0 : -1, ...props }, ...children);

let last = 0;
export const uid = prefix => `${prefix}-${++last}`;

const SVG = 'http://www.w3.org/2000/svg';
export function icon(path, size = 20) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('width', size);
  svg.setAttribute('height', size);
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  shape.setAttribute('fill', 'currentColor');
  svg.append(shape);
  return svg;
}

export const icons = {
  hash: 'M10.100 4 9.400 8H5.500L5.200 10H9l-.7 4H4.400L4 16h4l-.7 4h2l.7-4h4l-.7 4h2l.7-4h3.900l.3-2H16l.7-4h3.900l.4-2H17l.7-4h-2L15 8h-4l.700-4h-1.600zm.600 6h4l-.700 4h-4l.700-4z',
  menu: 'M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z',
  close: 'M18.300 5.700 12 12l6.300 6.300-1.400 1.400L10.600 13.400 4.300 19.700l-1.400-1.400L9.200 12 2.900 5.700l1.400-1.400 6.300 6.300 6.300-6.300z',
  chevron: 'M7.400 8.600 12 13.200l4.600-4.600L18 10l-6 6-6-6z',
  file: 'M6 2h8l6 6v14H6V2zm7 1.500V9h5.500z',
  eye: 'M12 5c5 0 9 4.500 10 7-1 2.500-5 7-10 7S3 14.500 2 12c1-2.500 5-7 10-7zm0 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  map: 'M9 3 3 5.500V21l6-2.500 6 2.500 6-2.500V3l-6 2.500L9 3zm0 2.200 6 2.500v11.100l-6-2.500V5.200z',
  external: 'M14 3h7v7h-2V6.400l-9.300 9.300-1.400-1.400L17.600 5H14V3zM5 5h5v2H7v10h10v-3h2v5H5V5z',
  pin: 'M14 2l8 8-2 1-1.500-.500-3.500 3.500.500 4-1.500 1.500-4.500-4.500L4 20.500 3.500 20l5.500-5.500L4.500 10 6 8.500l4 .5L13.500 5.500 13 4z',
};
