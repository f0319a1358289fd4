"""Know the words that product copy refuses, and find the copy.

Three kinds are refused: words that lay blame or name a person, words that keep score or press, and claims the product
cannot keep. Each rule carries a sentence it must catch, so that a rule which catches nothing fails its own test.
"""

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Refused:
    """A pattern that copy may not contain, and a sentence that shows why."""

    pattern: re.Pattern[str]
    example: str


def refused(pattern: str, example: str) -> Refused:
    """Compile a rule for lower-case text with straight apostrophes and single spaces."""
    return Refused(re.compile(pattern), example)


# "someone" stands where a template or a script puts a name.
_PERSON = r"(?:you|they|he|she|your partner|the other|the other one|someone)"

REFUSED: tuple[Refused, ...] = (
    # Blame and accusation.
    refused(r"\bblam(?:e|es|ed|ing|eful)\b", "Who is to blame here?"),
    refused(r"\bfaults?\b", "It was your fault."),
    refused(r"\bguilty?\b", "Somebody is guilty."),
    refused(r"\bwrong\b", "You did it wrong."),
    refused(r"\b(?:bad guy|culprit|villain|perpetrator|offender)\b", "Find the bad guy."),
    refused(r"\b(?:should|ought to)(?: not|n't)? have\b|\bshould've\b", "You should have asked."),
    refused(r"\byou (?:really )?(?:should|ought to)\b", "You should share more."),
    refused(
        rf"\b{_PERSON} (?:always|never)\b"
        r"(?! (?:needs?|ha(?:ve|s) to|leaves? the|learns?|sees? (?:it|this|that|them|what|your)))",
        "You never listen.",
    ),
    refused(
        r"\b(?:your partner|the other(?: one)?|they|he|she|someone)(?: still)?"
        r" (?:has not|have not|hasn't|haven't|did not|didn't|won't|refuses|refused|ignored|failed to)\b",
        "Your partner hasn't answered.",
    ),
    refused(r"\b(?:has|have|is|are)(?: not|n't) (?:answered|sealed|replied|responded|typing)\b", "Ben hasn't sealed."),
    refused(r"\bwho (?:started|began|caused)\b", "Who started it?"),
    refused(r"\bwhy (?:do|did|are|can|could|will)(?: not|n't|'t)? you\b", "Why didn't you reply?"),
    refused(r"\bdeserv(?:e|es|ed|ing)\b", "You deserve an answer."),
    # Labels for a person, and verdicts.
    refused(r"\bnarciss\w*", "A narcissist does this."),
    refused(r"\btoxic\w*", "This is toxic."),
    refused(r"\bneed(?:y|iness)\b", "Too needy."),
    refused(r"\bcling(?:y|ing|iness)\b", "Stop clinging."),
    refused(r"\bcold(?:ly|ness)?\b", "That was cold."),
    refused(r"\bavoid(?:er|ers|ants)\b", "A typical avoider."),
    refused(r"\b(?:emotionally unavailable|too distant|codependen\w*|unhealthy|dysfunctional)\b", "He is too distant."),
    refused(r"\b(?:selfish|lazy|crazy|insane|hysterical|childish|immature|pathetic)\b", "A selfish answer."),
    refused(r"\b(?:overreact\w*|over-?sensitive|too sensitive|too emotional|drama(?:tic)?)\b", "You are overreacting."),
    refused(r"\b(?:manipulat\w*|gasligh\w*|stonewall\w*|nagg?(?:ing|s|ed)?|silent treatment)\b", "Stop nagging."),
    refused(r"\bred flags?\b", "That is a red flag."),
    refused(
        r"\b(?:is|are|was|were|you're|they're) (?:an? |the |so |too |very )?(?:anxious|avoidant)\b",
        "Your partner is avoidant.",
    ),
    refused(
        r"\b(?:anxious|avoidant)(?:ly)? (?:ones?|person|people|partners?|types?|style|personality|attached)\b",
        "The anxious partner pursues.",
    ),
    refused(r"\bdiagnos(?:is|es|e|ed|tic)\b|\bdisorders?\b|\bverdicts?\b", "Your diagnosis is ready."),
    refused(r"\bcompatibility\b|\bcompatible (?:couple|partners?|with (?:each|one))|% match\b", "Compatibility: high."),
    refused(r"\bpredict(?:s|ed|ion|ions|ing)?\b|\bthe odds\b|\bchances? of\b", "We predict how it ends."),
    # Score, praise and pressure.
    refused(r"\bscor(?:e|es|ed|ing)\b|\bscoreboards?\b", "Your score went up."),
    refused(r"\bstreaks?\b|\bdays in a row\b", "Keep your streak."),
    refused(r"\b(?:winners?|losers?|who won|you (?:win|won|lose|lost))\b", "Today's winner is Ana."),
    refused(r"\b(?:leaderboards?|rank(?:ing|ed)?|badges?|achievements?|rewards?|level up)\b", "A new badge."),
    refused(r"\b(?:well done|great job|good job|good work|congratulations|keep it up)\b", "Well done, both of you."),
    refused(r"\b(?:hurry|don't miss|last chance|running out of time|overdue)\b", "Hurry, the round is open."),
    refused(r"\bwaiting (?:for|on) [\w ]+ to (?:answer|seal|mark|reply|respond|finish)\b", "Waiting for Ben to seal."),
    refused(r"\b(?:last seen|read receipts?|is typing|answer times?)\b", "Last seen at noon."),
    # Claims the product cannot keep.
    refused(r"\bend[- ]to[- ]end[- ]encrypt\w*", "Your words are end-to-end encrypted."),
    refused(r"\bhipaa\b", "HIPAA compliant."),
    refused(r"\b(?:zero|no)[- ]knowledge\b|\b(?:military|bank)[- ]grade\b|\bunhackable\b", "Zero-knowledge storage."),
    refused(
        r"\b(?:we|operators?|the server|who(?:ever)? runs (?:the|this|it)(?: server)?|even we)"
        r" (?:cannot|can't|can never|never) (?:read|see|open)\b",
        "Whoever runs the server cannot read it.",
    ),
    refused(
        r"\b(?:completely|totally|perfectly|absolutely|100 ?%) (?:safe|secure|private|anonymous|confidential)\b",
        "Completely private.",
    ),
    refused(r"\bkeeps? you safe\b|\bsafe from\b", "It keeps you safe."),
    refused(
        r"\bguarante(?:e|es|ed)\b|\b(?:clinically|scientifically) (?:proven|tested|validated)\b", "Guaranteed to work."
    ),
    refused(r"\b(?:cures?|cured|fix(?:es)? (?:your|the) (?:relationship|partner))\b", "Fix your relationship."),
)

_NOTIONS = (
    r"(?:blame|faults?|guilt|scores?|streaks?|winners?|losers?|verdicts?|diagnos[ie]s|predictions?|compatibility"
    r"|ranking|rewards?|badges?|guarantees?|read receipts?|answer times?|last seen)"
)

# Saying that something is *not* here is what the copy is for; these phrases go before the rules look.
ALLOWED: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"\b(?:no|without|never|not)(?: an?)? {_NOTIONS}"
        rf"(?:,? (?:and |or |nor )?(?:no |without |not )?(?:an? )?{_NOTIONS})*\b"
    ),
    re.compile(r"\bno one (?:is|was) (?:to blame|at fault)\b|\bnobody (?:is|was) (?:to blame|at fault)\b"),
    re.compile(r"\bneither (?:is|was) (?:to blame|at fault|wrong)\b"),
    re.compile(r"\bdoes not (?:diagnose|blame|predict|guarantee|keep you safe)\b"),
    re.compile(r"\bnot (?:guaranteed|predicted)\b"),
    re.compile(r"\b(?:is|are) not (?:end[- ]to[- ]end[- ]encrypted|hipaa compliant|safe from)\b"),
    re.compile(r"\bcannot (?:keep you safe|guarantee)\b"),
    # A machine's failure is nobody's but ours.
    re.compile(r"\bsomething went wrong\b|\bit is our fault, not yours\b"),
    # What the field itself calls two protests that meet; shown as a quotation under "also called".
    re.compile(r"^(?:mutual blame|find the bad guy)$"),
)


def plain(text: str) -> str:
    """Return the text in lower case, with straight apostrophes and single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").replace("\u00ad", "")
    return re.sub(r"\s+", " ", folded).strip()


def blame_in(text: str) -> list[str]:
    """Return the refused words in a piece of copy, in the order of the rules."""
    looked_at = plain(text)
    for allowed in ALLOWED:
        looked_at = allowed.sub(" … ", looked_at)
    return [found.group() for rule in REFUSED for found in rule.pattern.finditer(looked_at)]


# Attributes that hold names, addresses or shapes; every other attribute may hold words.
_TECHNICAL = re.compile(
    r"^(?:class|id|for|name|type|href|src|srcset|action|method|rel|role|d|points|transform|viewbox|style|lang|dir"
    r"|data-testid|aria-(?:controls|labelledby|describedby|live|hidden)|autocomplete|inputmode|pattern|xmlns)$"
)


class _Words(HTMLParser):
    """Collect what a page says: its text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep attribute values that may hold words."""
        self.texts += [value for name, value in attrs if value and not _TECHNICAL.match(name)]

    def handle_data(self, data: str) -> None:
        """Keep text between tags."""
        self.texts.append(data)


def template_copy(source: str) -> list[str]:
    """Return the words of a Django template: its text, its attributes, and strings in its tags."""
    source = re.sub(r"\{#.*?#\}|<!--.*?-->", " ", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*comment\b.*?endcomment\s*%\}", " ", source, flags=re.DOTALL)
    in_tags: list[str] = []

    def without_tag(tag: re.Match[str]) -> str:
        in_tags.extend(one or other for one, other in re.findall(r'"([^"]*)"|\'([^\']*)\'', tag.group()))
        # A variable stands for a name; nothing stands for a tag, so that inline tags do not split a sentence.
        return " someone " if tag.group().startswith("{{") else " "

    words = _Words()
    words.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", without_tag, source, flags=re.DOTALL))
    words.close()
    # Emphasis inside a sentence must not hide a phrase, so the whole page is also read as one text.
    return [text for text in (*in_tags, *words.texts, " ".join(words.texts)) if text.strip()]


_SCRIPT_PIECE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"""
    r"""|(?<=[=(,:;!&|?\[{}])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*""",
    re.DOTALL,
)


def script_copy(source: str) -> list[str]:
    """Return the string literals of a script, comments and regular expressions left out."""
    found = (match.group("string") for match in _SCRIPT_PIECE.finditer(source))
    return [re.sub(r"\$\{[^}]*\}", " someone ", text[1:-1]) for text in found if text and text[1:-1].strip()]


def style_copy(source: str) -> list[str]:
    """Return the strings of a style sheet: what it puts before or after an element is read out, too."""
    return [text for text in re.findall(r'"([^"\n]*)"', re.sub(r"/\*.*?\*/", " ", source, flags=re.DOTALL)) if text]


def catalogue_copy(source: str) -> list[str]:
    """Return the sentences of a catalogue, in the language of the source and in its own."""
    lines = "\n".join(line for line in source.splitlines() if not line.startswith("#"))
    sentences = re.findall(r'^msg\w+(?:\[\d+\])?((?:\s*"(?:\\.|[^"\\])*")+)', lines, flags=re.MULTILINE)
    return ["".join(ast.literal_eval(part) for part in re.findall(r'"(?:\\.|[^"\\])*"', one)) for one in sentences]


_GETTEXT = re.compile(r"^(?:_|u?n?p?n?gettext(?:_lazy|_noop)?)$")
_FOR_DEVELOPERS = re.compile(r"^(?:debug|info|warning|error|exception|critical|log|compile)$")


def _name(function: ast.expr) -> str:
    return str(getattr(function, "attr", "") or getattr(function, "id", ""))


def _literals(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def _sentences(node: ast.AST) -> Iterator[str]:
    """Walk to every string that people may read; skip docstrings, log lines and errors meant for developers."""
    if isinstance(node, ast.Call) and _GETTEXT.match(_name(node.func)):
        yield from _literals(node)
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    developers = isinstance(node, (ast.Raise, ast.Assert)) or (
        isinstance(node, ast.Call) and bool(_FOR_DEVELOPERS.match(_name(node.func)))
    )
    if developers:
        # What is translated even there is for people.
        for child in ast.walk(node):
            if isinstance(child, ast.Call) and _GETTEXT.match(_name(child.func)):
                yield from _literals(child)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _sentences(child)


def python_copy(source: str) -> list[str]:
    """Return the strings of a module that people may read."""
    return list(_sentences(ast.parse(source)))
