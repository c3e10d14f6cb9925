"""Pages that are no articles, and articles that could be taken for such."""

import pytest

from index.problem import BadArticle
from index.read_html import read_html

LINE = "The council of Ghent decided on Monday to close the bridge, and said at some length why it had to. "
BRIEF = f"<article><h1>Bridge closes</h1><p>{LINE * 3}</p></article>"
PASSWORD = "<form><input type='text'><input type='password'><button>Go</button></form>"


def problem(body: str, title: str = "Bridge closes", head: str = "") -> str:
    """What is said of a page; "" where it is an article."""
    try:
        read_html(
            f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode(), "a.html"
        )
    except BadArticle as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("404 Not Found", "<h1>Not Found</h1><p>The requested URL /a was not found on this server.</p>"),
        ("Page not found - Courier", f"<p>Sorry. Here is what others read today: {LINE}</p>"),
        ("The Courier", f"<p>We can’t find that page. It may have moved. {LINE}</p>"),  # noqa: RUF001
        ("Access Denied", "<p>You don't have permission to access this on this server. Reference 18.2f.</p>"),
        ("Just a moment...", "<p>Checking your browser before accessing courier.example. Please wait.</p>"),
        (
            "503 Service Temporarily Unavailable",
            "<p>The server is down for maintenance. Come back later.</p>",
        ),
        ("Seite nicht gefunden", f"<p>Die Seite gibt es nicht mehr. {LINE}</p>"),
        ("Are you a robot?", "<p>To go on, please click the box below to let us know you are a person.</p>"),
    ],
)
def test_error_pages_are_named(title: str, body: str) -> None:
    assert problem(body, title) == "is an error page"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Log in", f"<p>Welcome back. Enter your name and your word.</p>{PASSWORD}"),
        ("Sign in to The Courier", f"<p>{LINE}</p>"),
        ("The Courier", f"<p>Welcome to the newspaper of Ghent and its people.</p>{PASSWORD}"),
    ],
)
def test_logins_are_named(title: str, body: str) -> None:
    assert problem(body, title) == "is a page to log in at"


@pytest.mark.parametrize(
    "sign",
    [
        "<div>Subscribe now to continue reading this article.</div>",
        "<div>Already a subscriber? Log in</div>",
        "<div>This article is for subscribers only.</div>",
        "<section>You have reached your limit of free articles.</section>",
        "<p>Create a free account to read the full story.</p>",
        "<p>Cet article est réservé aux abonnés.</p>",
    ],
)
def test_the_beginning_of_what_others_pay_for_is_named(sign: str) -> None:
    assert problem(BRIEF + sign).startswith("is only the beginning of an article")


def test_what_a_page_says_to_machines_of_its_price_counts() -> None:
    stated = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": %s}</script>'
    assert problem(BRIEF, head=stated % '"False"').startswith("is only the beginning")
    assert problem(BRIEF, head=stated % "false").startswith("is only the beginning")
    assert problem(BRIEF, head=stated % "true") == ""
    assert problem(f"<article><p>{LINE * 60}</p></article>", head=stated % "false") == ""


def test_a_page_that_is_made_in_the_browser_is_named() -> None:
    body = "<main><p>You need to enable JavaScript to run this app, says the maker of it.</p></main>"
    assert problem(body) == "is a page that shows its article only in a browser"


def test_articles_are_not_suspected() -> None:
    assert problem(BRIEF) == ""
    assert problem(f"<header>{PASSWORD}<a>Log in to read the e-paper in full</a></header>{BRIEF * 2}") == ""
    assert problem(BRIEF, "Found: the page of a lost book of hours") == ""
    assert problem(f"<article><p>{LINE * 20}</p></article>", "Access denied: how Ghent keeps cars out") == ""
    assert problem(BRIEF.replace("Monday", "Monday to subscribe to the plan"), "404 bridges of Ghent") == ""
