"""Queries made by rule from a corpus, the same in every run: `python -m bench.made_queries CORPUS FOLDER`.

One file of JSON lines for each kind, for `manage.py evaluate_search --queries`. `relevant` are the pages to find; `same` is a
query that must be answered alike; `holds` is what the text of every hit must hold.
"""

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from search.engine.stopwords import STOP_WORDS

SEED, MOST = 2026, 120
STOPS = STOP_WORDS["en"]
MISSPELLINGS = """
    accessability accessibility|acessibility accessibility|accesibility accessibility|accomodation accommodation
    acheive achieve|adress address|agressive aggressive|aquisition acquisition|arguement argument|assesment assessment
    availible available|begining beginning|beleive believe|calender calendar|catagory category|collegue colleague
    comittee committee|compatability compatibility|concensus consensus|definately definitely|dependancy dependency
    developement development|embarass embarrass|enviroment environment|existance existence|goverment government
    guidlines guidelines|independant independent|langauge language|maintainance maintenance|managment management
    neccessary necessary|occurence occurrence|prefered preferred|priviledge privilege|recieve receive
    recomend recommend|relevent relevant|seperate separate|succesful successful
    publically publicly|reccommendation recommendation|transfered transferred|posession possession
"""
BRITISH = {
    "isation": "ization",
    "ise": "ize",
    "ising": "izing",
    "ised": "ized",
    "yse": "yze",
    "our": "or",
    "ours": "ors",
    "tre": "ter",
    "ence": "ense",
    "lling": "ling",
    "lled": "led",
    "ogue": "og",
    "mme": "m",
}
Row = dict[str, Any]


class Corpus:
    """Titles by page, and in how many pages each word is."""

    def __init__(self, folder: Path) -> None:
        self.titles: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        for name in ("blog", "wiki"):
            for line in (folder / f"{name}.jsonl").read_text().splitlines():
                page = json.loads(line)
                self.titles[page["source_path"]] = page["title"]
                self.texts[page["source_path"]] = f"{page['title']} {page['body_markdown']}".lower()
        self.frequency = Counter(word for text in self.texts.values() for word in set(words(text)))
        self.called: dict[str, list[str]] = defaultdict(list)
        for path, title in self.titles.items():
            self.called[title].append(path)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def typo(word: str, random_: random.Random) -> str:
    """The word with one letter dropped, doubled, changed or swapped with its neighbour; the first letter stays."""
    at = random_.randrange(1, len(word) - 1)
    return random_.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + random_.choice("aeiourstn") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def typos(corpus: Corpus, length: int) -> Iterator[Row]:
    random_ = random.Random(SEED)
    for title, paths in corpus.called.items():
        inside = words(title)
        long = [at for at, word in enumerate(inside) if len(word) >= 5]
        if len(inside) == length and len(title.split()) == length and len(paths) == 1 and long:
            at = random_.choice(long)
            wrong = typo(inside[at], random_)
            if wrong not in corpus.frequency:
                yield {"query": " ".join([*inside[:at], wrong, *inside[at + 1 :]]), "relevant": paths}


def misspellings(corpus: Corpus) -> Iterator[Row]:
    for pair in MISSPELLINGS.replace("\n", "|").split("|"):
        if pair.strip():
            wrong, right = pair.split()
            yield {"query": wrong, "same": right}


def respelt(word: str) -> Iterator[str]:
    """The word as they write it on the other side of the Atlantic."""
    for british, american in BRITISH.items():
        for one, other in ((british, american), (american, british)):
            if word.endswith(one):
                yield word[: -len(one)] + other


def spellings(corpus: Corpus) -> Iterator[Row]:
    for title, paths in corpus.called.items():
        inside = [word for word in words(title) if word not in STOPS][:4]
        for at, word in enumerate(inside):
            other = next((one for one in respelt(word) if corpus.frequency[one] and len(word) > 4), None)
            if other and len(inside) > 1 and len(paths) == 1:
                yield {"query": " ".join([*inside[:at], other, *inside[at + 1 :]]), "relevant": paths}
                break


def joined(corpus: Corpus) -> Iterator[Row]:
    """Words with a hyphen as one word, or as two; two words as one, where some page writes them so."""
    for title, paths in corpus.called.items():
        if len(paths) > 1:
            continue
        if hyphen := re.search(r"\b([A-Za-z]{3,})-([A-Za-z]{3,})\b", title):
            for between in ("", " "):
                yield {"query": title.replace(hyphen[0], hyphen[1] + between + hyphen[2]), "relevant": paths}
        inside = words(title)
        for one, other in pairwise(inside):
            if min(len(one), len(other)) > 2 and corpus.frequency[one + other] and one not in STOPS:
                yield {"query": " ".join(inside).replace(f"{one} {other}", one + other), "relevant": paths}
                break


def phrases(corpus: Corpus) -> Iterator[Row]:
    """Two or three words of which the first or the last is a stop word, and another is none."""
    found: Counter[str] = Counter()
    for text in corpus.texts.values():
        # Between them nothing but a blank: what markup parts is no phrase of the page.
        runs = [run.split() for run in re.split(r"[^a-z ]+", " ".join(text.split()[:400]))]
        for length in (2, 3):
            found.update({" ".join(run[at : at + length]) for run in runs for at in range(len(run) - length + 1)})
    for phrase, count in sorted(found.items()):
        inside = phrase.split()
        edges = [word in STOPS for word in (inside[0], inside[-1])]
        if 5 <= count <= 150 and any(edges) and not all(word in STOPS for word in inside) and min(map(len, inside)) > 1:
            yield {"query": f'"{phrase}"', "holds": phrase}


KINDS: dict[str, tuple[Callable[[Corpus], Iterator[Row]], int]] = {
    "typo-in-two": (lambda corpus: typos(corpus, 2), MOST),
    "typo-in-three": (lambda corpus: typos(corpus, 3), MOST),
    "misspellings": (misspellings, 40),
    "spellings": (spellings, MOST),
    "joined": (joined, MOST),
    "phrases": (phrases, 30),
}


def main() -> None:
    corpus, folder = Corpus(Path(sys.argv[1])), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, most) in KINDS.items():
        rows = list(make(corpus))
        rows = random.Random(SEED).sample(rows, min(most, len(rows)))
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        print(f"{len(rows):4} {name}")


if __name__ == "__main__":
    main()
