"""Moving everything to another kind of database, value by value as it is stored: nothing is decrypted on the way.

The copy is made in batches. How far it is stands in the target itself, beside the rows of each batch, so that it goes
on where it was killed.
"""
