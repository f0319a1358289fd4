"""Therapists and couples: care links, the consent of both partners, invitations, profiles, notes, who has looked.

``scopes.has_scope`` is the one answer to what a therapist may see; every room that shows a therapist something asks it
at each opening. Changing a consent happens here alone, and ``signals.access_changed`` tells of it.
"""
