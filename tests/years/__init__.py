"""Two years of a few people, by a clock that is stepped: what is kept, what goes, and what a wrong clock must not take.

`make years` lives them on SQLite and on PostgreSQL; ``test_years`` lives the first weeks. ``life`` is the years,
``judge`` says from docs/privacy.md alone which rows may be left, and ``wrong_clocks`` purges by clocks that lie.
"""
