"""x"""

MISTAKES = {}
