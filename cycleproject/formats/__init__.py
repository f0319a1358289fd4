"""How days and times are written, one package for each language; Django finds them by ``FORMAT_MODULE_PATH``."""
