"""The content of the style guide: plain stand-ins for persons, pages, forms and lists, so that it needs no database."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from pages.kinds import ContentKind
from text.markup import Link, RenderContext, render

TEXT = """
Everything on this page is set by **one style sheet**. Text runs in lines of about seventy characters, because longer
lines tire the eye. A [link](https://example.org/), a [[wiki page]], one [[not yet written]], `code`, ~~struck~~ and
a footnote[^1] sit in the line without disturbing it.

## A heading of the second level

1. Ordered lists
2. keep their numbers
   - and may hold others

- [x] written
- [ ] reviewed

> Whoever keeps a commonplace book writes down what is worth finding again.

### A table

| Service | Owner | Calls a week | Note |
|:--|:--|--:|:--|
| Payments | Digital Services | 12,480 | Grew by a third since spring, mostly from mobile phones |
| Permits | Operations | 3,961 | Seasonal |

### Code

```python
def greet(name: str) -> str:
    return f"Good morning, {name}. This line is long enough to need a scroll bar on a narrow telephone."
```

> [!NOTE]
> Something to know.

> [!TIP]
> Something that helps.

> [!IMPORTANT]
> Something not to miss.

> [!WARNING]
> Something to be careful about.

> [!CAUTION]
> Something that can go wrong.

[^1]: Footnotes gather at the end.
"""


class Links(RenderContext):
    """Knows one wiki page and no other."""

    def resolve_link(self, target: str) -> Link | None:
        return Link(url="/spaces/x/wiki/page/", title="Wiki page") if target == "wiki page" else None


class SampleForm(forms.Form):
    """One field of each sort."""

    title = forms.CharField(help_text="Say what the reader will learn.")
    space = forms.ChoiceField(choices=[("a", "Digital Services"), ("b", "Operations")], required=False)
    audience = forms.ChoiceField(choices=[("staff", "All staff"), ("space", "Members")], widget=forms.RadioSelect)
    minor = forms.BooleanField(label="Minor change", required=False, help_text="Nobody is told of it.")
    body = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 8, "data-markdown-editor": ""}))


def a_person(first_name: str, last_name: str, job_title: str) -> SimpleNamespace:
    return SimpleNamespace(
        username=first_name.lower(),
        job_title=job_title,
        photo=None,
        name=f"{first_name} {last_name}",
        initials=first_name[0] + last_name[0],
    )


def a_page(kind: str, title: str, summary: str, audience: str = "staff", public: bool = False) -> SimpleNamespace:
    rendered = render(TEXT, context=Links())
    return SimpleNamespace(
        specific_kind=ContentKind(label=kind),
        title=title,
        summary=summary,
        audience_token=audience,
        public_since=datetime(2026, 3, 2, tzinfo=UTC) if public else None,
        space=SimpleNamespace(name="Digital Services"),
        byline=[{"username": "grace", "name": "Grace Hopper"}, {"username": "mary", "name": "Mary Jackson"}],
        labels=[{"slug": "accessibility", "name": "Accessibility"}, {"slug": "research", "name": "User research"}],
        first_published_at=datetime(2026, 2, 14, 9, 30, tzinfo=UTC),
        get_absolute_url="/spaces/digital-services/blog/post/",
        html=rendered.html,
        headings=rendered.headings,
    )


def context() -> dict[str, Any]:
    """Return what the template `styleguide.html` needs."""
    bound = SampleForm({"title": "", "body": "## Draft"})
    pages = [
        a_page("Post", "What we learnt from a year of testing with screen readers", "Twelve sessions, five surprises."),
        a_page("Wiki page", "How to ask for a meeting room", "", audience="space:1"),
        a_page("Episode", "Small steps, open doors", "Nine minutes on the permit service.", public=True),
    ]
    now = datetime(2026, 3, 4, 15, 5, tzinfo=UTC)
    grace = a_person("Grace", "Hopper", "Head of Digital Services")
    return {
        "page": pages[0],
        "pages": pages,
        "may_enter_admin": True,
        "trail": [{"title": "Spaces", "url": "/spaces/"}, {"title": "Digital Services", "url": "/spaces/x/"}],
        "tabs": [
            {"label": "Read", "url": "#", "current": True},
            {"label": "Edit", "url": "#e"},
            {"label": "History", "url": "#h"},
            {"label": "What links here", "url": "#l"},
        ],
        "form": bound,
        "facets": [
            {
                "label": "Kind",
                "values": [
                    {"label": "Posts", "count": 120, "url": "?", "selected": True},
                    {"label": "Wiki pages", "count": 44, "url": "?kind=wiki"},
                ],
            }
        ],
        "page_obj": Paginator(range(100), 10).page(3),
        "people": [grace, a_person("Mary", "Jackson", "Engineer")],
        "person": grace,
        "now": now,
        "stats": [{"label": "Posts", "value": "2,577"}, {"label": "Wiki pages", "value": "2,250"}],
        "facts": [
            {"label": "Owner", "value": "Grace Hopper", "url": "/people/grace/"},
            {"label": "Review", "value": "May"},
        ],
        "notices": [("info", "To know"), ("success", "Saved"), ("warning", "Careful"), ("error", "Not saved")],
    }
