#!/usr/bin/python3
"""A bare window with a WebKit view in it, for WebKitWebDriver to start; the system's Python runs it, not ours.

Debian's own MiniBrowser is never narrower than 447 pixels: no phone. ``SIGUSR1`` presses Back; the driver, asked to
do it, hangs where Back leads to another site.
"""

import argparse
import os
import signal
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")

from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

LOOK_UP_EVERY = 50  # milliseconds


def main() -> None:
    """Wait for a driver, and show one view to it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pid-file", type=Path, required=True)
    parser.add_argument("--size", type=int, nargs=2, required=True)
    parser.add_argument("--place", type=int, required=True)
    chosen = parser.parse_args()
    chosen.pid_file.write_text(str(os.getpid()))
    Gtk.Settings.get_default().set_property("gtk-enable-animations", False)
    context = WebKit2.WebContext.new_ephemeral()
    context.set_automation_allowed(True)
    windows: list[Any] = []

    def begin(_context: Any, session: Any) -> None:
        information = WebKit2.ApplicationInfo()
        information.set_name("Cycle")
        session.set_application_info(information)
        session.connect("create-web-view", lambda _session: show())

    def show() -> Any:
        view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
        view.get_settings().set_property("enable-write-console-messages-to-stdout", True)
        view.get_settings().set_property("enable-page-cache", True)
        window = Gtk.Window()
        window.set_default_size(*chosen.size)
        window.add(view)
        window.move(chosen.place, 0)
        window.show_all()
        windows.append(window)
        signal.signal(signal.SIGUSR1, lambda *_: view.go_back())
        return view

    context.connect("automation-started", begin)
    # Python hears a signal when it next runs, and the loop alone may not let it run for long.
    GLib.timeout_add(LOOK_UP_EVERY, lambda: True)
    Gtk.main()


if __name__ == "__main__":
    main()
