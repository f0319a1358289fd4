"""The safety page's words, for pages beside which they can be opened."""

from typing import Any

from django import template

from accounts.safety.help_lines import numbers_to_call

register = template.Library()


@register.inclusion_tag("safety/advice.html")
def safety_advice() -> dict[str, Any]:
    """Show how to be safe and whom to call, with no link that leads away from the page around it."""
    return {**numbers_to_call(), "beside": True}
