"""Events, the notices that people get of them, and what people follow."""

from news.models.event import Delivery, Event, LeftOut, Notice, Reason
from news.models.follow import DepartmentFollow, Follow, Level

__all__ = ["Delivery", "DepartmentFollow", "Event", "Follow", "LeftOut", "Level", "Notice", "Reason"]
