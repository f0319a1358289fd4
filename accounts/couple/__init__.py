"""Two accounts as a couple: pairing by invitation, unpairing, how long their history is kept, their rhythm.

This is the only room that makes and ends couples; who is whose partner is answered by ``accounts.partners``. It stands
above ``care``, because unpairing ends the couple's care links in the same transaction.
"""
