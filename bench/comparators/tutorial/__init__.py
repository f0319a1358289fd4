"""The way of the tutorials: a synchronous consumer, models, `group_send`, and every consumer asks the database again.

As Channels' own tutorial and most answers to questions about it do it, with the same durability as ours.
"""
