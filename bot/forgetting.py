"""Forgetting removed articles for good: nothing of their words stays in the data folder."""

from bot.collection import Collection
from bot.records import Records
from bot.subscriptions import Subscriptions


def forget_removed(
    collection: Collection, records: Records | None, subscriptions: Subscriptions | None
) -> float:
    """Compacts the index, and takes out of the records what names an article that is gone.

    How much of the index was dead. Raises CitebotError.
    """
    dead = collection.compact()
    if records:
        records.forget_articles(frozenset(collection.digests()))
    if subscriptions:
        # By the files: what a feed has just brought in is not indexed yet.
        subscriptions.entries.forget_articles(collection.shelves.holds)
    return dead
