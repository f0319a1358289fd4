"""One file out of many: what a script or style sheet imports is put in its place; nothing is served half right."""

import gzip
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory
from pytest_django import Settings

from cycleproject.web.joining_files import CannotBeJoinedError, imported_by, joined_script, joined_style
from cycleproject.web.staticfiles import StaticFilesMiddleware
from tests.house.unused import NAMED_STATIC, files

SCRIPTS = files("static/js", ".js")


def script(**texts: str) -> str:
    modules = {f"js/{name}.js": text for name, text in texts.items()}
    return joined_script("js/main.js", modules.__getitem__)


def style(texts: Mapping[str, str]) -> str:
    return joined_style("css/live/page.css", texts.__getitem__)


def test_a_module_comes_once_and_before_those_that_import_it() -> None:
    joined = script(
        main='import { b } from "./b.js";\nimport { a } from "./a.js";\nb(a);\n',
        b='import { a } from "./a.js";\nexport function b(x) {\n  return a + x;\n}\n',
        a="export const a = 1;\n",
    )
    assert joined == (
        "const $module0 = (() => {\nconst a = 1;\nreturn { a };\n})();\n"
        "const $module1 = (() => {\nconst { a } = $module0;\nfunction b(x) {\nreturn a + x;\n}\nreturn { b };\n})();\n"
        "const { b } = $module1;\nconst { a } = $module0;\nb(a);\n"
    )


def test_names_over_several_lines_names_by_another_name_and_whole_modules() -> None:
    joined = script(
        main='import {\n  one,\n  two as second,\n} from "./a.js";\nimport * as a from "./a.js";\nimport "./b.js";\n',
        a="export class one {}\nexport async function two() {}\n",
        b="start();\n",
    )
    assert "const {\none,\ntwo: second,\n} = $module0;\nconst a = $module0;\n" in joined
    assert "const $module1 = (() => {\nstart();\n})();\n" in joined


def test_a_script_that_imports_nothing_stays_a_script() -> None:
    assert script(main="(() => {\n  go(); // at once\n})();\n") == "(() => {\ngo(); // at once\n})();\n"


def test_what_only_a_reader_needs_is_left_out() -> None:
    joined = script(main='/** Says\n * so. */\n\n// Then.\ngo("/* not // a comment");\n/* one */\n')
    assert joined == 'go("/* not // a comment");\n'


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;",
        "export { a };",
        'export * from "./a.js";',
        'import a from "./a.js";',
        'const a = await import("./a.js");',
        "go(import.meta.url);",
        "go(`one\n  two`);",
        'import { main } from "./main.js";',
    ],
)
def test_what_is_not_known_stops_the_start(text: str) -> None:
    with pytest.raises(CannotBeJoinedError):
        script(main='import "./a.js";\nexport const main = 1;\n', a=f"{text}\n")


def test_style_sheets_stand_where_they_were_imported_and_their_links_lead_where_they_led() -> None:
    joined = style(
        {
            "css/live/page.css": '/* */\n\n@import url("../a.css");\n@import url("b.css");\n\n.page {\n  top: 0;\n}\n',
            "css/a.css": '@import url("deep/c.css");\n\n.a {\n  background: url("../img/a.svg");\n}\n',
            "css/deep/c.css": ".c {\n  left: 0;\n}\n",
            "css/live/b.css": ".b {\n  /* why */\n  left: 1px;\n}\n",
        }
    )
    assert joined == (
        '.c {\nleft: 0;\n}\n.a {\nbackground: url("../../img/a.svg");\n}\n.b {\nleft: 1px;\n}\n.page {\ntop: 0;\n}\n'
    )


@pytest.mark.parametrize("line", ['@import "a.css";', '@import url("a.css") print;', '@import url("https://a.css");'])
def test_a_style_that_is_imported_otherwise_stops_the_start(line: str) -> None:
    with pytest.raises(CannotBeJoinedError):
        style({"css/live/page.css": f"{line}\n", "css/live/a.css": ""})


def test_no_page_links_a_script_that_others_import() -> None:
    """It is a part of theirs, and would be there twice."""
    parts = {part for path, text in SCRIPTS.items() for part in imported_by(f"js/{path}", text)}
    linked = {path for text in files("templates").values() for path in NAMED_STATIC.findall(text)}
    assert "js/live/main.js" in linked and "js/live/room.js" in parts
    assert linked & parts == set()


def test_what_was_collected_is_named_by_its_content_and_needs_nothing_else(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "cycleproject.web.staticfiles.JoinedManifestStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    room = next((tmp_path / "js/live").glob("main.*.js"))
    assert "Starts the live room" not in room.read_text() and "new Room(" in room.read_text()
    assert not re.search(r"^(import|export)\b", room.read_text(), re.MULTILINE)
    assert room.with_name(f"{room.name}.gz").stat().st_size < 40_000
    assert list((tmp_path / "js/live").glob("room.*.js")) == []
    sheet = next((tmp_path / "css").glob("site.*.css")).read_text()
    assert "@import" not in sheet
    for link in re.findall(r'url\("([^"]+)"\)', sheet):
        assert (tmp_path / posixpath.normpath(f"css/{link}")).exists()


def test_what_was_collected_is_sent_compressed_and_kept_for_good(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "cycleproject.web.staticfiles.JoinedManifestStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    serve = StaticFilesMiddleware(lambda _: HttpResponse(status=404))
    for name, kind in (("js/live/main.js", "text/javascript"), ("css/live/page.css", "text/css")):
        request = RequestFactory().get(static(name), headers={"accept-encoding": "gzip, br"})
        response = serve(request)
        assert isinstance(response, HttpResponse) and response.status_code == 200
        assert response.headers["Content-Type"].startswith(kind)
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in response.headers["Cache-Control"]
        plain = serve(RequestFactory().get(static(name)))
        assert isinstance(plain, HttpResponse)
        assert gzip.decompress(response.content) == plain.content
