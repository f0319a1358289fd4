"""Template filters of the pages about people; Django finds them here."""
