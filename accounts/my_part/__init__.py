"""What a person keeps for themselves: the journal, lists, drafts that wait, checklists and exercises.

Every note is loaded through ``notes.notes_of`` for its owner and for nobody else, whoever they are to that person.
Rooms that show a person their own things (``settings``, ``history``, ``privacy``) may call in.
"""
