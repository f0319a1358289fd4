"""Mark texts for translation, where nothing is translated yet: so that what is pure needs no framework."""


def gettext_noop(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text
