// The one connection to the playground. It comes back by itself; what was asked while it was gone is told it was not answered.

export class Socket {
  #handlers = new Map();
  #waiting = new Map();
  #last = 0;
  #socket = null;
  #tries = 0;

  on(type, handler) { this.#handlers.set(type, handler); return this; }

  open() {
    const url = new URL('socket', location.href);
    url.protocol = 'ws:';
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => { this.#tries = 0; this.#handlers.get('open')?.(); };
    this.#socket.onmessage = event => this.#take(JSON.parse(event.data));
    this.#socket.onclose = () => {
      for (const settle of this.#waiting.values()) settle({ type: 'refused', text: 'The playground is not there.' });
      this.#waiting.clear();
      this.#handlers.get('close')?.();
      setTimeout(() => this.open(), Math.min(5000, 300 * 2 ** this.#tries++));
    };
  }

  // Whether it went out: nothing does while the line is gone.
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  // Resolves with the first answer: answered, deferred, silent or refused.
  ask(message) {
    const request = String(++this.#last);
    return new Promise(resolve => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return resolve({ type: 'refused', text: 'The playground is not there.' });
      this.#waiting.set(request, resolve);
      this.send({ ...message, request });
    });
  }

  #take(message) {
    if (message.type === 'answered' || message.type === 'refused') {
      const settle = this.#waiting.get(message.request);
      if (settle && message.state !== 'waiting') {
        this.#waiting.delete(message.request);
        settle(message);
      }
      return;
    }
    this.#handlers.get(message.type)?.(message);
  }
}
