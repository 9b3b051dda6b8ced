"""Writes a generated corpus in the format of `import_corpus`: the same words and sizes in each run."""

import json
import random
from pathlib import Path

WORDS = (
    "service citizen form archive licence payment register water library transport permit budget meeting minutes policy"
    " research design content record deadline office regional harbour school clinic bridge survey guidance standard"
    " procurement contract supplier training access translation notice hearing appeal inspection safety energy climate"
    " housing grant review pilot team department community network server backup incident release change request"
).split()
SMALL = (
    "the a of and to in for with on from by that this is are was will may must can our their each when after".split()
)


def text(random_: random.Random, words: int) -> str:
    parts: list[str] = []
    while words > 0:
        length = random_.randint(30, 90)
        sentence = " ".join(random_.choice(SMALL if random_.random() < 0.45 else WORDS) for _ in range(length))
        kind = len(parts) % 6
        if kind == 2:
            parts.append(f"## {sentence[:40].title()}")
        if kind == 4:
            parts.append("\n".join(f"- {word} and **{random_.choice(WORDS)}**" for word in sentence.split()[:5]))
        parts.append(sentence.capitalize() + ".")
        words -= length
    return "\n\n".join(parts)


def write(folder: Path, *, posts: int, pages: int) -> int:
    """Write departments, people, posts and wiki pages; return the number of items."""
    random_ = random.Random(2026)
    spaces = [f"department-{number}" for number in range(8)]
    people = [f"person-{number}" for number in range(60)]

    def day() -> str:
        return f"20{random_.randint(14, 25)}-{random_.randint(1, 12):02}-{random_.randint(1, 28):02}"

    def item(kind: str, number: int, space: str) -> dict[str, object]:
        title = " ".join(random_.choice(WORDS) for _ in range(5)).capitalize()
        slug = f"{space}/{kind}-{number}"
        return {
            "source": "bench",
            "source_path": f"bench/{kind}/{number}",
            "license": "CC0-1.0",
            "department": space.replace("-", " ").title(),
            "publisher": "bench",
            "title": f"{title} {number}",
            "summary": text(random_, 20)[:200],
            "tags": random_.sample(WORDS, 3),
            "slug_path": slug,
            "url": f"https://bench.example.org/{slug}",
            "lang": "en",
            "links": [],
            "images": [],
            "body_markdown": text(random_, max(80, int(random_.lognormvariate(6, 0.7)))),
        }

    def post(number: int) -> dict[str, object]:
        space = random_.choice(spaces)
        written = {"date": f"{day()}T09:00:00+00:00", "author": [random_.choice(people)], "author_names": []}
        return item("post", number, space) | written | {"blog": space}

    def page(number: int) -> dict[str, object]:
        space = random_.choice(spaces)
        written = {"parent_path": "", "created": day(), "updated": day(), "revisions": 1}
        return item("page", number, space) | written | {"space": f"{space}-wiki"}

    def department(slug: str) -> dict[str, object]:
        name = slug.replace("-", " ").title()
        return {"slug": slug, "name": name, "parent": "", "blogs": [slug], "wiki_spaces": [f"{slug}-wiki"]}

    def person(slug: str) -> dict[str, object]:
        return {"slug": slug, "name": slug.replace("-", " ").title(), "department": "", "role": "", "kind": "person"}

    files = {
        "departments": map(department, spaces),
        "people": map(person, people),
        "blog": map(post, range(posts)),
        "wiki": map(page, range(pages)),
    }
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return posts + pages
