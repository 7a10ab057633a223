"""The names of things, each its own type, so that a ticket's number is never handed in for a customer's."""

from typing import NewType

CustomerId = NewType("CustomerId", int)
OperatorId = NewType("OperatorId", int)
IdentityId = NewType("IdentityId", int)
"""A person as one channel authenticates them."""
ChatId = NewType("ChatId", int)
"""A place that can be written to: a person's chat, a room, a mail address."""
TicketNumber = NewType("TicketNumber", int)
MessageId = NewType("MessageId", int)
"""Something that was said in a ticket, by either side."""
TalkId = NewType("TalkId", int)
OutboxId = NewType("OutboxId", int)
