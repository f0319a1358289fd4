"""Nothing lies about: every template, static file, export and class is named by something that is used."""

from tests.house.unused import (
    LICENCE,
    broken_links,
    files,
    python,
    unused_classes,
    unused_exports,
    used_static,
    used_templates,
)

TEMPLATES = files("templates")
STATIC = files("static")
SCRIPTS = files("static/js", ".js")
STYLES = files("static/css", ".css")


def test_every_template_is_named() -> None:
    assert set(TEMPLATES) - used_templates(TEMPLATES, python()) == set()


def test_every_static_file_is_linked() -> None:
    linked = used_static(STATIC, TEMPLATES, python())
    assert {path for path in STATIC if not LICENCE.search(path)} - linked == set()


def test_every_export_is_imported() -> None:
    assert unused_exports(SCRIPTS) == set()


def test_every_class_of_a_style_is_in_markup_or_in_a_script() -> None:
    assert unused_classes(STYLES, *TEMPLATES.values(), *SCRIPTS.values(), python()) == set()


def test_whatever_is_named_is_there() -> None:
    assert broken_links(STATIC, TEMPLATES, python()) == set()


# The eyes of these tests.


def test_it_sees_a_template_that_only_an_unused_one_includes() -> None:
    templates = {"a.html": "", "b.html": '{% include "c.html" %}', "c.html": "", "404.html": ""}
    assert used_templates(templates, 'render(request, "a.html")') == {"a.html", "404.html"}


def test_it_sees_a_file_that_only_an_unused_one_imports() -> None:
    static = {
        "js/a.js": 'import "./b/c.js";',
        "js/b/c.js": 'import { x } from "../d.js";',
        "js/d.js": "",
        "js/e.js": "",
    }
    assert used_static(static, {"page.html": "{% static 'js/a.js' %}"}, "") == {"js/a.js", "js/b/c.js", "js/d.js"}
    pictures = {"css/a.css": "url(../img/b.svg)", "img/b.svg": "", "img/c.svg": ""}
    assert used_static(pictures, {"page.html": "{% static 'css/a.css' %}"}, "") == {"css/a.css", "img/b.svg"}


def test_it_sees_an_export_that_nobody_imports() -> None:
    scripts = {
        "a.js": "export function one() {}\nexport const two = 1;\nexport class Three {}",
        "b.js": 'import { one } from "./a.js";',
        "c.js": "export function mount() {}\nexport function other() {}",
        "d.js": 'import * as c from "./c.js";\nscreens[name].mount();',
    }
    assert unused_exports(scripts) == {"a.js: two", "a.js: Three", "c.js: other"}


def test_it_sees_a_class_that_nothing_has() -> None:
    styles = {"a.css": ".one, .two:hover { width: 1.5em } /* .three {} */ .seat--a { } @media x { .four > p { } }"}
    assert unused_classes(styles, '<p class="one seat--{{ seat }}">') == {"a.css: two", "a.css: four"}


def test_it_sees_a_name_that_leads_nowhere() -> None:
    templates = {"live/a.html": "{% static 'js/a.js' %}{% include \"live/b.html\" %}"}
    static = {"js/b.js": 'import "./c.js";'}
    assert broken_links(static, templates, 'render(request, "live/c.html")') == {
        "live/a.html: js/a.js",
        "live/a.html: live/b.html",
        "js/b.js: js/c.js",
        "code: live/c.html",
    }
