"""API operations on private notes: the journal, own lists, drafts that wait, and checks."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Final, Literal, get_args
from uuid import UUID

from django.utils import timezone
from pydantic import AfterValidator, Field, RootModel, model_validator
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.repeatable import Made, Repeatable, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import Instant, LongText, LongWords, Page, PageQuery, ShortWords, page_of
from accounts.edit_versions import EditConflict, version_of
from accounts.models import PrivateKind, PrivateNote, User
from accounts.my_part import notes as private_notes
from accounts.my_part.checklists import CHECKLISTS
from accounts.my_part.forms import HOLDS
from cycleproject.api.bodies import Body, Given, read_as
from cycleproject.api.problems import Problem

Hold = Literal["10-minutes", "1-hour", "tomorrow"]
ListCode = Literal["drained", "signs", "noticing", "noticing-closer"]
assert set(get_args(Hold)) == set(HOLDS) and set(get_args(ListCode)) == set(CHECKLISTS)


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) != len(values):
        raise ValueError("values must be distinct")
    return values


Ticked = Annotated[
    tuple[str, ...],
    AfterValidator(_distinct),
    Field(max_length=20, strict=False),
]


class Written(Repeatable):
    """What somebody writes. ``version`` is the version that one started from: with it, nothing else is overwritten."""

    version: str | None = Field(None, max_length=64)


class Entry(Written):
    """A journal entry, and where one learned this."""

    text: LongWords
    learned: LongText = ""


class ListLine(Written):
    """A line to add to triggers or wishes."""

    text: ShortWords


class Draft(Written):
    """A message that is not sent, put away for a while. Without ``text`` an existing draft keeps its words."""

    text: LongWords | None = None
    hold: Hold | None = None


class Check(Written):
    """A checklist, and what one ticked of it."""

    list: ListCode
    ticked: Ticked = ()

    @model_validator(mode="after")
    def _are_items(self) -> "Check":
        if not set(self.ticked) <= {item.code for item in CHECKLISTS[self.list].items}:
            raise ValueError("not an item of this list")
        return self


class AnyNote(RootModel[Entry | ListLine | Draft | Check]):
    """An entry for `journal`, a line for `triggers` and `wishes`, a draft for `drafts`, a check for `checks`."""


class Kept(Given):
    """The fields that notes of every kind have."""

    id: UUID
    created_at: Instant
    version: str


class KeptEntry(Kept):
    """A journal entry as it is stored."""

    text: str
    learned: str


class KeptLine(Kept):
    """A stored line of triggers or wishes."""

    text: str


class KeptDraft(Kept):
    """A draft; its ``text`` is null until its time has come."""

    text: str | None
    opens_at: Instant | None


class KeptCheck(Kept):
    """A stored check: the list, and what was ticked of it."""

    list: str
    ticked: tuple[str, ...]


KeptNote = KeptEntry | KeptDraft | KeptCheck | KeptLine


class OneNote(RootModel[KeptNote]):
    """One note, in the form of its kind."""


class Notes(Page):
    """One page of notes of one kind, newest first."""

    results: list[KeptNote]


KINDS: Final[dict[str, tuple[PrivateKind, type[Body]]]] = {
    "journal": ("journal", Entry),
    "triggers": ("trigger", ListLine),
    "wishes": ("wish", ListLine),
    "drafts": ("draft", Draft),
    "checks": ("check", Check),
}


EXAMPLES: Final[dict[str, Any]] = {
    "journal": {"text": "I could say it calmly today.", "learned": "From my grandfather."},
    "triggers": {"text": "A closed door."},
    "wishes": {"text": "A word when it gets late."},
    "drafts": {"text": "Where were you?", "hold": "1-hour"},
    "checks": {"list": "drained", "ticked": ["tired", "unsure"]},
}


class NoteOperation(RepeatableOperation):
    """The base of operations on notes of one kind, which the path names."""

    refuses: ClassVar[tuple[str, ...]] = ("item.not_found",)
    # Five thousand letters and as many again, each of up to four bytes.
    largest_body = 64 * 1024

    def kind(self) -> PrivateKind:
        """Return the kind of note that the path names, as it is stored."""
        return KINDS[self.kwargs["kind"]][0]

    def note(self, note_id: UUID) -> PrivateNote:
        """Return the asker's note of this kind and id. Raises Problem if there is none."""
        note = private_notes.notes_of(self.person(), self.kind()).filter(id=note_id).first()
        if note is None:
            raise Problem("item.not_found")
        return note

    def read(self, request: Request) -> Any:
        """Validate the body as a note of the path's kind. Raises Problem."""
        return read_as(KINDS[self.kwargs["kind"]][1] if self.takes is AnyNote else self.takes, request.data)


class ListNotes(NoteOperation):
    """List one's own notes of one kind, newest first."""

    asks = PageQuery
    gives = {200: Notes}

    def get(self, request: Request, kind: str) -> Response:
        notes, around = page_of(self, private_notes.notes_of(self.person(), self.kind()), ("-created_at", "id"))
        now = timezone.now()
        page = Notes(results=[shown(note, now) for note in notes], **around)
        return Response(page.model_dump(mode="json"))


class KeepNote(NoteOperation):
    """Store a new note of one kind."""

    takes = AnyNote
    examples = EXAMPLES
    gives = {201: OneNote}
    refuses = ("item.not_found", "notes.full")

    def put(self, request: Request, kind: str) -> Response:
        asked = self.body(Body)
        if isinstance(asked, Draft) and asked.text is None:
            raise Problem("frame.invalid")
        made = self.made_before() or self.make_once(self._make)
        note = self.note(UUID(made.told["note"]))
        return Response(shown(note, timezone.now()).model_dump(mode="json"), status=201)

    def _make(self) -> Made:
        asked = self.body(Body)
        opens_at = timezone.now() + HOLDS[asked.hold] if isinstance(asked, Draft) and asked.hold else None
        try:
            note = private_notes.add_note(self.person(), self.kind(), _content(asked), opens_at)
        except private_notes.NoteLimitReached:
            raise Problem("notes.full") from None
        return Made(self.person(), {"note": str(note.id)})


class DeleteNotes(NoteOperation):
    """Delete every note of one kind."""

    asks = RepeatableQuery
    gives = {204: None}

    def delete(self, request: Request, kind: str) -> Response:
        self.do_once(private_notes.notes_of(self.person(), self.kind()).delete)
        return Response(status=204)


class ShowNote(NoteOperation):
    """Show one of one's own notes by its id; the text of a draft is null until its time has come."""

    gives = {200: OneNote}

    def get(self, request: Request, kind: str, note_id: UUID) -> Response:
        return Response(shown(self.note(note_id), timezone.now()).model_dump(mode="json"))


class RewriteNote(NoteOperation):
    """Replace what a note says."""

    takes = AnyNote
    examples = EXAMPLES
    gives = {200: OneNote}
    refuses = ("item.not_found", "notes.changed", "content.cannot_open")

    def put(self, request: Request, kind: str, note_id: UUID) -> Response:
        try:
            self.do_once(partial(self._rewrite, note_id))
        except EditConflict:
            raise Problem("notes.changed") from None
        except PrivateNote.DoesNotExist:
            raise Problem("item.not_found") from None
        return Response(shown(self.note(note_id), timezone.now()).model_dump(mode="json"))

    def _rewrite(self, note_id: UUID) -> None:
        note, asked, now = self.note(note_id), self.body(Written), timezone.now()
        if not isinstance(asked, Draft) or asked.text is not None:
            private_notes.replace_content(note, _content(asked), asked.version)
        if isinstance(asked, Draft):
            private_notes.hold_draft(note, now + HOLDS[asked.hold] if asked.hold else now)


class DeleteNote(NoteOperation):
    """Delete one of one's own notes, for good."""

    asks = RepeatableQuery
    gives = {204: None}

    def delete(self, request: Request, kind: str, note_id: UUID) -> Response:
        self.do_once(lambda: self.note(note_id).delete())
        return Response(status=204)


def shown(note: PrivateNote, now: datetime) -> KeptNote:
    """Return a note as its owner sees it now: a draft without its text until its time has come."""
    # Where a key is lost there are no words to show, and the note can still be deleted.
    content = note.content if isinstance(note.content, dict) else {}
    about: dict[str, Any] = {"id": note.id, "created_at": note.created_at, "version": version_of(note.content)}
    match note.kind:
        case "journal":
            return KeptEntry(text=content.get("text", ""), learned=content.get("learned", ""), **about)
        case "draft":
            held = private_notes.is_held(note, now)
            return KeptDraft(text=None if held else content.get("text", ""), opens_at=note.opens_at, **about)
        case "check":
            return KeptCheck(list=content.get("list", ""), ticked=content.get("ticked", []), **about)
        case _:
            return KeptLine(text=content.get("text", ""), **about)


def all_notes_by(person: User) -> dict[str, list[KeptNote]]:
    """Return all notes of a person by kind, for their own export, with the text of drafts that wait, too."""
    return {
        name: [shown(note, note.opens_at or note.created_at) for note in private_notes.notes_of(person, kind)]
        for name, (kind, _model) in KINDS.items()
    }


def _content(asked: Body) -> dict[str, Any]:
    return asked.model_dump(mode="json", exclude={"pad", "op", "version", "hold"})
