"""Django's backend for PostgreSQL with a pool that replaces all its connections once one of them is found dead."""
