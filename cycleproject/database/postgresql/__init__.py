"""Django's backend for PostgreSQL, whose pool forgets all its connections when one of them is dead."""
