"""The words of a style sheet or a script that a browser has to know."""

import re

COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`\w])//[^\n]*", re.DOTALL)
NAME = r"[A-Za-z_$][\w$]*"
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')

KEYWORDS = {"if", "for", "while", "switch", "catch", "function", "return", "typeof", "await", "super", "constructor"}

# Syntax that is told apart by its signs, and the word that stands for it.
SYNTAX = {
    "??=": r"\?\?=",
    "||=": r"\|\|=",
    "&&=": r"&&=",
    "#private": r"\bthis\.#|^\s*#\w+",
    "static {}": r"\bstatic\s*\{",
    "?.": r"\?\.[\w([]",
    "static field": r"^\s*static \w+ =",
    "lookbehind": r"\(\?<[=!]",
    "v flag": r"/[a-z]*v[a-z]*[;,).]",
    "await at the top": r"^await\b|^(?:export )?(?:const|let) [^=\n]+ = await\b",
    "import with": r"^import .* with \{",
    "keepalive": r"\bkeepalive:",
}


def of_styles(text: str) -> set[str]:
    """Return the at-rules, media features, pseudo-classes, properties, functions and units of a style sheet."""
    words: set[str] = set()
    for before, sign in re.findall(r"([^{};]*)([{};])", STRING.sub('""', COMMENT.sub("", text))):
        before = before.strip()
        words |= set(re.findall(r"^@[a-z-]+", before))
        if before.startswith("@"):
            words |= {f"({name})" for name in re.findall(r"\(([a-z-]+)[:)]", before)}
            words |= {"width <"} if re.search("[<>]", before) else set()
        elif sign == "{":
            words |= set(re.findall(r"::?[a-z][a-z-]*|&", before))
        elif ":" in before and not before.startswith("--"):
            words.add(before.split(":")[0])
        if sign != "{" and ":" in before:
            value = before.split(":", 1)[1]
            words |= {f"{called}()" for called in re.findall(r"([a-z][a-z-]*)\(", value)}
            words |= set(re.findall(r"(?<![\w#-])-?[\d.]+([a-z]+)\b", value))
    return words


def of_scripts(texts: list[str]) -> set[str]:
    """Return what scripts call, make and set that none of them defines, and the younger syntax."""
    code = "\n".join(STRING.sub('""', COMMENT.sub("", text)) for text in texts)
    ours = set(re.findall(rf"\b(?:function|class|const|let|set|get|static|async(?! function)) ({NAME})", code))
    ours |= set(re.findall(rf"(?m)^\s*(?:async )?({NAME})\([^;]*?\) \{{", code))
    ours |= set(re.findall(rf"\b({NAME})(?: =|:)", code))
    for named in re.findall(r"\b(?:import|const|let) \{([^}]*)\}|\(([^()]*)\) (?:=>|\{)", code):
        ours |= set(re.findall(NAME, "".join(named)))
    words = {f".{called}()" for called in re.findall(rf"(?<!\bIntl)\.({NAME})(?:\?\.)?\(", code) if called not in ours}
    words |= {
        f"{called}()"
        for called in re.findall(rf"(?<![\w.$#])(?<!new )({NAME})\(", code)
        if called not in ours | KEYWORDS
    }
    words |= {made for made in re.findall(r"\bnew ([A-Z][\w.]*)", code) if made not in ours}
    words |= set(re.findall(r"\.(?:inert|popover|submitter|aria[A-Z]\w*)\b", code))
    return words | {word for word, sign in SYNTAX.items() if re.search(sign, code, re.MULTILINE)}
