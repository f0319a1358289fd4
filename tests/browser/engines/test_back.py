"""Back, once one has gone: whoever holds the phone now is shown nothing of it, not even for a moment.

On plain http, as between two phones at home, WebKit keeps whole pages in memory whatever ``Cache-Control`` says.
"""

from tests.browser.engines import steps
from tests.browser.engines.conftest import OpenOne
from tests.support.cast.clients import start_as
from tests.support.cast.visitors import PASSWORD, Visitor
from tests.support.engines.device import Device, hook
from tests.support.servers.clocks import Timed

ENTRY = "It was quiet after dinner."

# What is drawn: of a page that is covered whole, nothing is, though ``innerText`` would still give all of it.
DRAWN = """() => {
  const drawn = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === "visible";
  const fields = [...document.querySelectorAll("input, textarea")].filter(drawn).map(({ value }) => value);
  return (drawn(document.body) ? document.body.innerText : "") + fields.join("\\n");
}"""
# Keeps what a page shows at the moment at which it comes back from memory, before anything can be asked.
WATCH = f"""() => addEventListener("pageshow", () => {{
  sessionStorage.shown = (sessionStorage.shown ?? "") + ({DRAWN})();
}})"""
SHOWN = f"() => (sessionStorage.shown ?? '') + ({DRAWN})()"
AT_REST = "() => document.readyState === 'complete' && !document.documentElement.hasAttribute('data-covered')"


def back_shows_none_of(device: Device, *private: str) -> None:
    """Press Back, and expect that none of these words is shown, then or until the page has come to rest."""
    device.back()
    device.until(lambda: device.run(AT_REST), "a page at rest")
    shown = device.run(SHOWN)
    found = [words for words in private if words in shown]
    assert found == [], f"{device.address} showed {found}, and in all:\n{shown}"


def test_back_after_log_out_shows_nothing_of_ones_own(timed: Timed, open_one: OpenOne) -> None:
    ana, account = open_one(), Visitor(timed.server, "Ana").sign_up()
    front = timed.server.url
    steps.log_in(ana, front, account.email, PASSWORD)
    steps.keep_in_journal(ana, front, ENTRY)
    ana.wait_for_words(ENTRY)
    ana.run(WATCH)
    ana.go(f"{front}/settings/")
    ana.wait_for_words(account.email)
    ana.run(WATCH)
    ana.leave(lambda: ana.tap(hook("log-out")))
    ana.wait_for_words("You have been logged out.")
    for _ in range(2):
        back_shows_none_of(ana, account.email, ENTRY)


def test_back_after_leaving_shows_nothing_of_the_check_in(timed: Timed, open_one: OpenOne) -> None:
    ben, (ana, code) = open_one(), start_as(timed.server, "Ana from Athens")
    ben.go(f"{timed.server.url}/join/{code}/")
    ben.write(hook("first-name"), "Ben from Bergen")
    ben.run(WATCH)
    ben.leave(lambda: ben.tap(hook("join")))
    ben.wait_for(hook("moment-option"))
    ben.leave(lambda: ben.tap(hook("leave")))
    back_shows_none_of(ben, ana.name)
