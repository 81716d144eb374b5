/** What happened to the session of this browser. */
export type News = 'in' | 'out';

/** Tells all pages of this browser that somebody signed in or out. */
export class SessionNews {
  readonly #channel = new BroadcastChannel('ledig session');

  constructor(hear: (news: News) => void = () => {}) {
    this.#channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);
  }

  stop(): void {
    this.#channel.close();
  }

  tell(news: News): void {
    this.#channel.postMessage(news);
  }
}
