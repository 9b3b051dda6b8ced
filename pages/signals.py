"""What the rest of the house may listen to. All are sent inside the transaction of the write.

`page_written(sender=model, page, created)`: one page was saved with a change that a reader could notice.
`page_removed(sender=model, pk, uid)`: one page was deleted.
`address_changed(sender=BasePage, page, before)`: a page has left the URL path `before`, and all below it.
`pages_rewritten(sender=BasePage, pks)`: the address or audience of many pages changed at once, without their being saved.
"""

from django.dispatch import Signal

page_written = Signal()
page_removed = Signal()
address_changed = Signal()
pages_rewritten = Signal()
