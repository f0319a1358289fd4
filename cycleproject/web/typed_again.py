"""Put what somebody typed back into a fresh copy of the form that they sent."""

from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from typing import Final

from django.http import QueryDict

from cycleproject.web.idempotency import FIELD

# What belongs to the fresh form, and no part of what somebody wrote.
FRESH: Final = {"csrfmiddlewaretoken", FIELD}
# Never put into a page, or chosen by the press.
LEFT_OUT: Final = {"password", "file", "submit", "button", "image", "reset"}

Attributes = list[tuple[str, str | None]]


def with_typed(page: str, path: str, typed: QueryDict, notice: str) -> str | None:
    """Return a page whose form holds what was typed, below a notice; None if the page has no such form."""
    wanted = {name for name in typed if name not in FRESH}
    forms = _Forms(page, path)
    fitting = next((number for number, names in enumerate(forms.names) if wanted <= names), None)
    return None if fitting is None else _Filled(page, path, typed, notice, fitting).text


class _Forms(HTMLParser):
    """Finds the forms of a page that post to a path, and the names of the controls in each."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__(convert_charrefs=False)
        self._path = path
        self._inside = False
        self.names: list[set[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note a form, or a control in one."""
        given = dict(attrs)
        if tag == "form":
            self._inside = (given.get("method") or "").lower() == "post"
            self._inside &= (given.get("action") or self._path).partition("?")[0] == self._path
            if self._inside:
                self.names.append(set())
        elif self._inside and given.get("name"):
            self.names[-1].add(given["name"] or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._inside = False


class _Filled(_Forms):
    """Writes a page anew, with what was typed in one of its forms."""

    def __init__(self, page: str, path: str, typed: QueryDict, notice: str, number: int) -> None:
        self.text = ""
        self._typed, self._notice, self._number = typed, notice, number
        self._select = ""
        self._silent = False
        super().__init__(page, path)

    @property
    def _is_here(self) -> bool:
        return self._inside and len(self.names) == self._number + 1

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write a start tag, that of a control with what was typed."""
        super().handle_starttag(tag, attrs)
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form" and self._is_here:
            self.text += f"{self.get_starttag_text()}{self._notice}"
        elif not self._is_here or name in FRESH or (name not in self._typed and not self._is_choice(tag, given)):
            self.text += self.get_starttag_text() or ""
        else:
            self.text += self._control(tag, given, name)

    @staticmethod
    def _is_choice(tag: str, given: dict[str, str | None]) -> bool:
        # A box that was left empty is not sent at all.
        return tag == "option" or (tag == "input" and given.get("type") == "checkbox")

    def _control(self, tag: str, given: dict[str, str | None], name: str) -> str:
        values = self._typed.getlist(name)
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            return _tag(tag, given, "checked", on=(given.get("value") or "on") in values)
        if tag == "input" and given.get("type") not in LEFT_OUT:
            return _tag(tag, {**given, "value": values[-1]})
        if tag == "textarea":
            self._silent = True
            return f"{self.get_starttag_text()}\n{escape(values[-1])}"
        if tag == "select":
            self._select = name
        if tag == "option" and self._select:
            return _tag(tag, given, "selected", on=given.get("value") in self._typed.getlist(self._select))
        return self.get_starttag_text() or ""

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write an element that closes itself."""
        self.text += self.get_starttag_text() or ""

    def handle_endtag(self, tag: str) -> None:
        """Write an end tag."""
        if tag == "textarea":
            self._silent = False
        if tag == "select":
            self._select = ""
        super().handle_endtag(tag)
        self.text += f"</{tag}>"

    def handle_data(self, data: str) -> None:
        """Write a text, unless another one stands in its place."""
        if not self._silent:
            self.text += data

    def handle_entityref(self, name: str) -> None:
        """Write a named character."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character."""
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Write a comment."""
        self.text += f"<!--{data}-->"

    def handle_decl(self, decl: str) -> None:
        """Write the document type."""
        self.text += f"<!{decl}>"


def _tag(name: str, given: dict[str, str | None], flag: str = "", *, on: bool = False) -> str:
    attributes: Iterable[tuple[str, str | None]] = [(key, value) for key, value in given.items() if key != flag]
    written = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes)
    return f"<{name}{written}{f' {flag}' if on else ''}>"
