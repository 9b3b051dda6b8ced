"""How much of anything is accepted: one table of limits for everything that people or files send.

Each limit is far above what real work needs, and low enough that reaching it harms nobody. `docs/limits.md` gives its
unit, its reason, and what happens beyond it; a test compares the two. Limits that an operator sets (such as the size of
an upload) are settings instead.
"""

# A text: the content of one field, rendered as one page.
TEXT_BYTES = 400_000
TEXT_MARKS = 150_000
TEXT_FOOTNOTES = 10_000
TEXT_NESTING = 40
# Of the tree that the visual mode is opened with: a list takes two levels, and inside are links and emphasis.
TREE_LEVELS = 120
TABLE_COLUMNS = 100
TABLE_CELLS = 20_000
LINE_ADDRESSES = 500
HTML_CHARACTERS = 3_000_000
HTML_TAGS = 60_000
TEXT_QUESTIONS = 2_000
TEXT_HEADINGS = 1_000
# Advice on a text that is being written: how much of it is looked at, and how many hints are shown.
HINTS_TEXT_CHARACTERS = 200_000
HINTS = 30
# A title, and before it the name of its space.
LINK_TARGET_CHARACTERS = 400
# Places in a wiki link at which its title may end and a heading begin.
LINK_FRAGMENTS = 4

# The other fields of a page.
TITLE_CHARACTERS = 255
SUMMARY_CHARACTERS = 1_000
TAGS = 20
TAG_CHARACTERS = 100
TRANSCRIPT_CHARACTERS = 2_000_000

# Drafts of one person, and how long an untouched one is kept.
DRAFTS = 200
DRAFT_BYTES = 20 * 1024 * 1024
DRAFT_KEPT_DAYS = 90

# Templates of one space, which every form for a new page lists.
TEMPLATES = 100

# Comments, and how much of each one person can send.
COMMENT_CHARACTERS = 20_000
COMMENTS_AN_HOUR = 100
REACTING_PEOPLE_NAMED = 10

# How long a picture or file is kept that somebody has added and no page shows.
UPLOAD_KEPT_DAYS = 7

# Levels of pages, with the four above a wiki. A path in the tree has room for 63.
PAGE_LEVELS = 60

# Comparing two texts.
COMPARED_PAIRS = 4_000_000
COMPARED_ROWS = 2_000
MAX_BLAMED_CHARACTERS = 20_000_000
BLAMED_PAIRS = 20_000_000

# Pictures.
PICTURE_BYTES = 20 * 1024 * 1024
PICTURE_PIXELS = 60_000_000
PICTURE_PARTS = 50_000
PHOTO_BYTES = 5 * 1024 * 1024

# Recordings; the operator limits their size in bytes.
RECORDING_BOXES = 150_000
RECORDING_FRAMES = 200_000
RECORDING_TRIES = 50_000
RECORDING_PAGES = 150_000
RECORDING_BOX_BYTES = 16 * 1024 * 1024

# What one client can cost before any view runs; enforced by `intranet.serving` and `intranet.addresses`.
STRANGER_BODY_BYTES = 4 * 1024 * 1024
FORM_BYTES = 8 * 1024 * 1024
BODY_MEMORY_BYTES = 64 * 1024
STRANGERS_DISK_BYTES = 128 * 1024 * 1024
BODY_IDLE_SECONDS = 30
BODY_GRACE_SECONDS = 30
BODY_BYTES_A_SECOND = 8 * 1024
HEAD_SECONDS = 30
UNREAD_SECONDS = 120
CONNECTIONS = 2_000
PATH_CHARACTERS = 2_048
QUERY_BYTES = 32_768
