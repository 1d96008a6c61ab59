// Discord's timestamps, in the reader's own zone and language; the relative ones keep counting.

const styles = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const steps = [['year', 31536000], ['month', 2592000], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

export function ago(date, now = Date.now()) {
  const seconds = Math.round((date.getTime() - now) / 1000);
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

export function format(unix, style) {
  const date = new Date(unix * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return style === 'R' ? ago(date) : new Intl.DateTimeFormat(undefined, styles[style] ?? styles.f).format(date);
}

export function timestamp(unix, style = 'f') {
  const text = format(unix, style);
  if (text === null) return null;
  const element = document.createElement('time');
  element.className = 'stamp';
  element.dateTime = new Date(unix * 1000).toISOString();
  element.title = format(unix, 'F');
  element.textContent = text;
  if (style === 'R') element.dataset.relative = unix;
  return element;
}

export function clock(iso) {
  const date = new Date(iso);
  const today = new Date().toDateString() === date.toDateString();
  return new Intl.DateTimeFormat(undefined, today ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }).format(date);
}

setInterval(() => {
  for (const element of document.querySelectorAll('time[data-relative]')) {
    const text = format(Number(element.dataset.relative), 'R');
    if (element.textContent !== text) element.textContent = text;
  }
}, 1000);
