"""Which version this is: said by `manage.py version`, `/healthz`, the metrics and the image. CHANGELOG.md says more."""

from typing import Final

VERSION: Final = "1.0.0"
