"""Checks that axe does not make: each looks at a page open in a browser and returns a list of faults."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, Page

# WCAG 2.2, 1.4.12: what a reader may set herself, and nothing may be lost.
SPACING = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }
"""

# Links in the main part that are called the same and lead elsewhere. A link is called by its label or its words.
TWINS = """() => {
  const name = (link) => (link.getAttribute("aria-label") ?? link.textContent).replace(/\\s+/g, " ").trim();
  const places = {};
  for (const link of document.querySelectorAll("main a[href]")) (places[name(link)] ??= new Set()).add(link.href);
  return Object.entries(places).filter(([words, hrefs]) => words && hrefs.size > 1).map(([words, hrefs]) => `${words}: ${[...hrefs].join(" ")}`);
}"""

# What is chosen has to differ from what stands beside it by more than its weight and by no author's colour, which are gone here.
UNMARKED = """() => {
  const chosen = "[aria-current], [aria-selected='true'], [aria-pressed='true']";
  const look = (element) => {
    const style = getComputedStyle(element);
    const line = (side) => style[`border-${side}-style`] !== "none" && style[`border-${side}-width`] !== "0px" ? style[`border-${side}-color`] : "";
    return [style.backgroundColor, style.outlineStyle, line("block-end"), line("block-start")].join();
  };
  return [...document.querySelectorAll(chosen)].filter((element) => element.checkVisibility()).filter((element) => {
    const beside = [...(element.closest("nav, ul, p, [role=toolbar], [role=listbox]") ?? element.parentElement).querySelectorAll(element.tagName)];
    return beside.some((other) => !other.matches(chosen) && look(other) === look(element));
  }).map((element) => element.outerHTML.slice(0, 120));
}"""

# A stop of the Tab key that is no control scrolls, and has a role and a name.
BOXES = """() => [...document.querySelectorAll("[tabindex='0']:not(a, button, input, select, textarea, summary)")]
  .filter((box) => !(box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
    || !box.getAttribute("role") || !box.getAttribute("aria-label"))
  .map((box) => box.outerHTML.slice(0, 120))"""


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [part / 255 for part in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The ratio of WCAG 2.2 between two colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(element: Locator) -> list[tuple[int, ...]]:
    """The colours that are really on the screen in an element, the most frequent first: what a style says may not be what is painted."""
    picture = Image.open(BytesIO(element.screenshot())).convert("RGB")
    found = picture.getcolors(picture.width * picture.height) or []
    return [colour for _count, colour in sorted(found, key=lambda each: -each[0])]


def legible(element: Locator) -> float:
    """The best contrast between the ground of an element and anything painted on it: that of its words."""
    ground, *painted = colours(element)
    return max((contrast(ground, one) for one in painted), default=1.0)


def width_with_spacing(page: Page) -> int:
    """How wide the page is with a reader's own text spacing."""
    # A sheet that is made, not written into the page: the security policy would refuse that one.
    width: int = page.evaluate(
        """(spacing) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(spacing);
          document.adoptedStyleSheets = [sheet];
          const width = document.documentElement.scrollWidth;
          document.adoptedStyleSheets = [];
          return width;
        }""",
        SPACING,
    )
    return width


def faults_in_forced_colours(page: Page) -> list[str]:
    """What is chosen and cannot be told, and what cannot be read. A few of each kind stand for all: they share their rules."""
    page.emulate_media(forced_colors="active")
    faults = [f"chosen like the rest: {element}" for element in page.evaluate(UNMARKED)]
    for kind in ("main mark", "main .button", "main .tag"):
        for element in page.locator(f"{kind}:visible").all()[:2]:
            if (ratio := legible(element)) < 4.5:
                faults.append(f"{kind} with a contrast of {ratio:.1f}: {element.inner_text()}")
    page.emulate_media(forced_colors="none")
    return faults
