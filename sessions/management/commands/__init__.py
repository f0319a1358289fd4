"""One module for each `manage.py` command, named as the command."""
