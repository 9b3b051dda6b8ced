"""Sentences that several apps use, so that they are worded and translated once."""

from django.utils.translation import gettext_lazy as _

ADDRESS_TAKEN = _("There is already a page with the address “%(slug)s”.")
ALL_CHANNELS = _("All channels")
ALL_STAFF = _("All staff")
BELOW_ITSELF = _("You cannot move a page below itself. Choose another place.")
CHANGES_JOINED = _("%(name)s saved this page while you were writing. Both sets of changes are in it.")
COMMENT_SAVED = _("Your comment is saved.")
DELETED = _("“%(title)s” is in the bin. You can restore it there.")
DELETED_FOR_GOOD = _("“%(title)s” has been deleted for good.")
DRAFT_APART = _(
    "You saved or deleted this draft in another window or on another device. What you typed here is now a draft of its "
    "own, so both texts are kept."
)
ENTER_TITLE = _("Enter a title.")
EVERYONE_IN_SPACE = _("Everyone who can see the space")
LAST_ADMINISTRATOR = _("The site needs at least one administrator. Make someone else an administrator first.")
NO_SUCH_USERNAME = _("No one here has the username “%(name)s”. Check the spelling.")
NOW_A_DRAFT = _("“%(title)s” is now a draft. Readers can no longer see it.")
ONLY_MEMBERS = _("Only members of the space")
SECTION_GONE = _("This section is no longer on the page. Your text is still here: copy it to where it belongs.")
SHORT_NAME = _("Short name")
SENT_BEFORE = _("You had already sent this form. Nothing was saved twice.")
STILL_MARKED = _(
    "Two versions are still in the text. Keep what is right, and delete the lines that begin with <<<<<<<, ======= and "
    ">>>>>>>."
)
TEXT_TOO_LONG = _("This text is too long for one page. Split it into several pages.")
TOO_MANY_DRAFTS = _("You have too many drafts. Delete some on your Drafts page, then save again.")
WHAT_CHANGED = _("What did you change?")
WHO_CAN_READ = _("Who can read this")
WHO_CAN_SEE = _("who can see it")
WHAT_PICTURE_SHOWS = _("What the picture shows")
FILE_EMPTY = _("“%(name)s” is empty. Choose another file.")
FILE_TOO_LARGE = _("“%(name)s” is larger than %(size)s. Choose a smaller file.")
FILE_NOT_SAVED = _("“%(name)s” could not be saved. Try again, or choose another file. What you typed is below.")
