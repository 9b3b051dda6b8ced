"""`{% kept %}…{% endkept %}`: parts of the frame that are the same for everybody are rendered once per process and language.

Eighteen translated words cost a page more than its article does; this makes them free.
"""

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class KeptNode(Node):
    """Renders its body with an empty context, so that nothing of one person can ever be kept for another."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        kept = self.rendered.get(language)
        if kept is None:
            empty = template.Context()
            with empty.bind_template(context.template), empty.render_context.push_state(context.template):
                kept = self.rendered[language] = self.nodelist.render(empty)
        return kept


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands up to `{% endkept %}`; it may not use variables of the page."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist)
