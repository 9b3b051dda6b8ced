"""Events, the notices that people get of them, what people follow, and what they get by e-mail."""

from news.models.event import Delivery, Event, LeftOut, Notice, Reason
from news.models.follow import DepartmentFollow, Follow, Level
from news.models.mail import DigestRun, Group, How, MailMinute, MailStop, Preferences

__all__ = [
    "Delivery",
    "DepartmentFollow",
    "DigestRun",
    "Event",
    "Follow",
    "Group",
    "How",
    "LeftOut",
    "Level",
    "MailMinute",
    "MailStop",
    "Notice",
    "Preferences",
    "Reason",
]
