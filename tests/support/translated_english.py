"""Know the turns of phrase that give away a translation, and find them.

Each was on a page once: correct, kind, and nothing a native speaker would say. Beside it stands what is said instead,
and each rule carries the sentence that it was made for, so that a rule which catches nothing fails its own test.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of phrase, the sentence that held it, and what to say."""

    pattern: re.Pattern[str]
    example: str
    say: str


def turn(pattern: str, example: str, say: str) -> Turn:
    """Compile a rule for lower-case text with straight apostrophes."""
    return Turn(re.compile(pattern), example, say)


TURNS: Final = (
    # The verb or the object first, the subject last.
    turn(r"^(?:kept|shown|stored|asked|seen|told) (?:is|are)\b", "Kept are what you agreed to.", "We keep …"),
    turn(
        r"^of (?:the other|each|both)\b(?! (?:you|them|two)\b).*\bonly\b", "Of the other only the reaction.", "only …"
    ),
    turn(r"\bnothing (?:is there|there) after\b", "Nothing there after a few minutes?", "Nothing after …"),
    turn(r"\bby it\.", "You are logged out everywhere by it.", "This logs you out everywhere."),
    # Words taken over one by one.
    turn(r"\bf(?:ind|inds|ound|inding) back\b", "You have been finding back sooner.", "reconnect"),
    turn(r"\b(?:take|takes|taking) it along\b", "Take it along", "Download a copy"),
    turn(r"\bsomething else than\b", "Chose something else than the impulse", "something other than"),
    turn(r"\bthe other one (?:settle|may|can|is|has)\b", "How the other one may react", "the other person"),
    turn(r"\bfor the other one\b", "This link is for the other one.", "the other person"),
    turn(r"\bon the net\b", "Its address on the net", "IP address"),
    turn(r"\bfirst page\b", "Go to the first page", "home"),
    turn(r"\b(?:in|into) (?:your|the) mail\b", "Look in your mail", "Check your e-mail"),
    turn(r"\bgood for (?:a|one|two|three) days?\b", "It is good for three days.", "works for three days"),
    turn(r"\b(?:for|on) the day (?:it|your \w+) is\b", "For the day your phone is gone.", "in case …"),
    turn(r"\bwhoever looks after this\b", "Whoever looks after this Cycle can help.", "whoever runs this server"),
    turn(r"\bwith an account each\b", "Pair, with an account each.", "You each need an account."),
    turn(r"\band you (?:are two|come back here)\b", "They open it, and you are two.", "you are paired"),
    turn(r"\bagrees to nothing yet\b", "Saying yes agrees to nothing yet.", "does not let them see anything yet"),
    turn(r"\bis a (?:different|another) one\b", "The loop is a different one.", "the loop changes"),
    turn(r"\bgoes everywhere\b", "What you wrote goes everywhere.", "is erased"),
    turn(r"\bneeds nobody else\b", "It needs nobody else.", "You need nobody's agreement."),
    turn(r"\btoo full to\b", "I am too full to listen.", "too overwhelmed"),
    turn(r"\bnaming a time\b", "Without naming a time", "saying until when"),
    turn(r"\bread(?:s|able)? (?:these|it) here\b", "Only you read these here.", "Only you can read these."),
    turn(r"\bthe words have changed\b", "The words have changed meanwhile.", "The wording has changed."),
    turn(r"\ba finding\b|\ba leaving\b", "A finding back", "reconnecting"),
    turn(r"\bthis place is free\b", "This place is free", "Waiting for your partner"),
    turn(r"\bis had\b|\bof it all\b|\bfor all of it\b", "For all of it, choose a shorter one.", "the whole of it"),
    # Errors that say neither what happened nor what to do.
    turn(r"\bthat was often\b", "That was often.", "Too many tries."),
    turn(r"\bopens nothing\b", "That code opens nothing now.", "That code isn't active."),
    turn(r"\bdid not arrive\b", "That did not arrive well", "That didn't come through"),
    turn(r"\bused up or too old\b", "This link is used up or too old", "no longer works"),
    turn(r"\bdo(?:es)? not (?:go together|fit\.)", "This code does not fit.", "That code didn't work."),
    turn(r"\bno more room\b", "There is no more room.", "You have reached the limit."),
    turn(r"\b(?:is|are) still to be\b", "The address is still to be confirmed.", "has not been confirmed yet"),
    turn(r", please(?: \w+)?[:.]$|, please:", "A shorter name, please: up to 40.", "Please use a shorter name."),
)


def plain(text: str) -> str:
    """Return the text in lower case, with straight apostrophes and single spaces."""
    return " ".join(text.casefold().replace("\u2019", "'").split())


def turns_in(text: str) -> list[Turn]:
    """Return the turns of phrase in a message that give away a translation."""
    looked_at = plain(text)
    return [one for one in TURNS if one.pattern.search(looked_at)]
