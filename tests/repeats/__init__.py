"""Everything that changes something, sent more than once: one effect, a true answer, and no failure."""
