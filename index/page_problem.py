"""What a page is that is no article: an error, a login, the beginning of what others pay for.

Only short texts are suspected: an article that is there may well stand beside a login, or speak of errors.
"""

import re
from typing import Any

from index.linked_data import linked_things
from index.problem import BadArticle

_SHORT = 1_500
# With two signs of a paywall.
_RATHER_SHORT = 4_000
_VERY_SHORT = 400
_LONGEST_PAGE = 200_000
_SAVE_IT = "Save the whole article while you are logged in, and add the file."

_ERROR_TITLE = re.compile(
    r"\W*(error\b.{0,20}|http )?(40[0-9]|410|429|50[0-9])"
    r"(\W*$|\s*[-:|·–—]|\W+(error|not|page|forbidden|unauthori|bad|gone|too|internal|service|gateway)\w*)"  # noqa: RUF001
    r"|.{0,40}\b(page|site|article|file|document|url|story)( you requested)?( was| is|'s|’s| could| can)?"  # noqa: RUF001
    r" ?(not|n't|n’t|no longer) (be )?(found|available|exist)"  # noqa: RUF001
    r"|not found\b|(access|permission) denied|forbidden$|just a moment|attention required|one moment, please"
    r"|(bad|invalid) (gateway|request)|gateway time-?out|service (temporarily )?unavailable|server error"
    r"|internal (server )?error|an error (has )?occurred|something went wrong|oops|whoops"
    r"|(are you|verify (that )?you are|verifying you are|prove you are) (a )?(human|robot|not a robot)"
    r"|security check|checking your browser|pardon our interruption|captcha|too many requests|error$"
    r"|seite (wurde )?nicht gefunden|page (introuvable|non trouvée)|página no (encontrada|existe)"
    r"|pagina non trovata|pagina niet gevonden|página não encontrada",
    re.IGNORECASE,
)
_ERROR_TEXT = re.compile(
    r"(page|article|story|file|resource|content|url) (that )?(you( are|'re|’re| were|'ve|’ve| have)? "  # noqa: RUF001
    r"(looking for|requested|tried to (reach|open)|searching for)|requested).{0,40}"
    r"(not|n't|n’t|no longer|removed|moved|unavailable)"  # noqa: RUF001
    r"|(we|server) (can|could|did) ?(not|n?['’]t) find (the|that|this|your) (page|article|story|resource)"  # noqa: RUF001
    r"|requested (page|url|resource|article)( \S+)? (was not found|could not be found|does not exist)",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(
    r"\W*(please |you must |member |subscriber )?((log|sign)[ -]?(in|on)|login|anmelden|einloggen|inloggen"
    r"|se connecter|connexion|iniciar sesión|entrar|accedi)\b.{0,60}",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"\b(subscri(be|ption)|sign up|register|log in|sign in|join|trial|account)\b[^.!?]{0,60}"
    r"\bto (continue|keep|read|finish|unlock|view|see|access|get|enjoy)\b[^.!?]{0,25}"
    r"\b(reading|article|story|content|the rest|full|unlimited)\b"
    r"|\bto (continue|keep) reading|\bcontinue reading (with|by)\b"
    r"|\b(for|to|by) (our )?(paying |paid |registered |premium )?(subscribers|members)( only|\.|$)"
    r"|\b(subscribers?|members?)[ -](only|exclusive)|\balready a (subscriber|member)\b"
    r"|\bpremium (article|content|story)|\bunlock (this|the) (full )?(article|story)"
    r"|\byou(['’]ve| have) (reached|read|used)[^.!?]{0,40}\b(limit|free (article|stor))"  # noqa: RUF001
    r"|jetzt weiterlesen|nur für abonnenten|mit .{1,20} weiterlesen|réservée? (aux|à nos) abonnés"
    r"|pour lire la suite|(exclusivo )?para (suscriptores|assinantes)|riservato agli abbonati"
    r"|alleen voor abonnees",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(enable|turn on|requires?|need|without) (your browser's )?java ?script|javascript (is|has been) "
    r"(disabled|required|not enabled)",
    re.IGNORECASE,
)
_UNSEEN = ("script", "style", "template", "nav", "header", "footer")
_SEEN = f"//body//text()[not({' or '.join(f'ancestor::{name}' for name in _UNSEEN)})]"


def page_problem(page: Any, title: str, text: str) -> BadArticle | None:
    """What is wrong with a page (an lxml tree), if anything; `text` was taken for its article."""
    if len(text) > _RATHER_SHORT:
        return None
    seen = " ".join(" ".join(page.xpath(_SEEN))[:_LONGEST_PAGE].split())
    headings = [
        title,
        *(" ".join(heading.text_content().split()) for heading in page.xpath("//title | //h1")),
    ]
    if len(text) <= _SHORT and _is_error(headings, seen, text):
        return BadArticle("is an error page", "Check the address, or try again later.")
    if len(text) <= _SHORT and _is_login(page, headings, text):
        return BadArticle("is a page to log in at", _SAVE_IT)
    signs = _is_stated_paid(page) + bool(_PAYWALL.search(seen))
    if signs and len(text) <= (_SHORT if signs == 1 else _RATHER_SHORT):
        return BadArticle("is only the beginning of an article: the rest is behind a paywall", _SAVE_IT)
    if len(text) <= _VERY_SHORT and _SCRIPT.search(seen):
        return BadArticle("is a page that shows its article only in a browser", "Save the text as .txt.")
    return None


def _is_error(headings: list[str], seen: str, text: str) -> bool:
    return any(map(_ERROR_TITLE.match, headings)) or (
        len(text) <= _VERY_SHORT and bool(_ERROR_TEXT.search(seen))
    )


def _is_login(page: Any, headings: list[str], text: str) -> bool:
    asks = bool(page.xpath('//input[@type="password"][not(ancestor::header or ancestor::nav)]'))
    return any(map(_LOGIN_TITLE.fullmatch, headings)) or (asks and len(text) <= _VERY_SHORT)


def _is_stated_paid(page: Any) -> bool:
    """Whether the page says to machines that its article is not free."""
    if page.xpath('//meta[@property="article:content_tier" and (@content="locked" or @content="premium")]'):
        return True
    return any(
        thing.get("isAccessibleForFree") in (False, "False", "false", "http://schema.org/False")
        for thing in linked_things(page)
    )
