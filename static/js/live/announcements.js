/** The page's two live regions. Of several things said at the same time only the last one is spoken. */

const SETTLE = 120;
/** What has been said is taken away again: whoever reads the page later would meet it as news. */
const FADE = 5000;

export class Speech {
  constructor(status, alert) {
    this.status = status;
    this.urgent = alert;
    this.timers = new Map();
  }

  /** Say something politely. */
  announce(text) {
    this.say(this.status, text);
  }

  /** Say something at once. */
  alert(text) {
    this.say(this.urgent, text);
  }

  say(region, text) {
    clearTimeout(this.timers.get(region));
    // An emptied region speaks again even if the words are the same as before.
    region.textContent = "";
    const speak = () => {
      region.textContent = text;
      this.timers.set(region, setTimeout(() => region.replaceChildren(), FADE));
    };
    this.timers.set(region, setTimeout(speak, SETTLE));
  }
}
