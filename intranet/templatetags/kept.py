"""Two tags that cache rendered HTML, because translations and dates cost a page more than its article.

`{% kept %}…{% endkept %}` renders a part of the frame that is the same for everyone, once per process and language. `{%
remembered "components/x.html" title=page.title … %}` includes a component whose output depends only on the given
values, and caches it.
"""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

register = template.Library()

# About 1 kB each; when full, the cache is emptied.
MAX_FRAGMENTS = 4_000


def render_apart(context: template.Context, values: dict[str, Any], render: Callable[[template.Context], Any]) -> Any:
    """Call `render` with only `values` in the context, so that nothing personal gets into the cache."""
    apart = template.Context(values)
    with apart.bind_template(context.template), apart.render_context.push_state(context.template):
        return render(apart)


def ways(context: template.Context) -> tuple[str | None, Any]:
    """Language and time zone of this rendering, looked up once, because each look-up depends on the thread or task."""
    known: tuple[str | None, Any] | None = context.__dict__.get("_ways")
    if known is None:
        known = context.__dict__["_ways"] = (get_language(), get_current_timezone())
    return known


class KeptNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language, _zone = ways(context)
        kept = self.rendered.get(language)
        if kept is None:
            kept = self.rendered[language] = render_apart(context, {}, self.nodelist.render)
        return kept


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Cache what comes before `{% endkept %}`; it may not use variables of the page."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist)


def frozen(value: Any) -> Any:
    """A hashable equal of `value`, which is JSON, dates and translations."""
    if isinstance(value, list):
        return tuple(map(frozen, value))
    if isinstance(value, dict):
        return tuple((key, frozen(item)) for key, item in value.items())
    return value


class RememberedNode(Node):
    def __init__(self, name: str, resolvers: dict[str, Callable[[template.Context], Any]]) -> None:
        self.name = name
        self.resolvers = resolvers
        self.rendered: dict[Any, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: resolve(context) for name, resolve in self.resolvers.items()}
        key = (*ways(context), *map(frozen, values.values()))
        found = self.rendered.get(key)
        if found is None:
            component = context.template.engine.get_template(self.name)
            if len(self.rendered) >= MAX_FRAGMENTS:
                self.rendered.clear()
            found = self.rendered[key] = render_apart(context, values, component.render)
        return found


@register.tag
def remembered(parser: Parser, token: Token) -> RememberedNode:
    """Include the component with only the given `name=value` pairs; missing variables are None."""
    _tag, name, *pairs = token.split_contents()
    resolvers: dict[str, Callable[[template.Context], Any]] = {}
    for pair in pairs:
        variable, _equals, source = pair.partition("=")
        resolvers[variable] = _resolver(parser, source)
    return RememberedNode(name.strip("\"'"), resolvers)


def _resolver(parser: Parser, source: str) -> Callable[[template.Context], Any]:
    if source.isidentifier() and source not in {"True", "False", "None"}:
        # Names may be missing: asking the context directly avoids an exception for each.
        return lambda context: context.get(source)
    expression = parser.compile_filter(source)
    return lambda context: expression.resolve(context, ignore_failures=True)
