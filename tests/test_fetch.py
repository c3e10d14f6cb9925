"""The one way out: what each attack meets, played by servers on 127.0.0.1."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import FetchError, FetchRefused
from index.fetch import Fetched, Fetcher, Limits, Validators
from tests.web import Request, Web, page, redirect, reply

HTML = ("text/html",)
QUICK = Limits(seconds=0.7)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


def fetched(fetcher: Fetcher, url: str) -> Fetched:
    return fetcher.get(url, HTML)


def test_a_page_is_fetched_under_our_name(web: Web) -> None:
    web.pages["/a?b=1"] = page("<p>Grüße</p>", etag='"v1"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    found = fetched(web.fetcher(version="1.2"), web.url("/a?b=1#part"))
    assert (found.url, found.type, found.charset) == (web.url("/a?b=1"), "text/html", "utf-8")
    assert "Grüße".encode() in found.data
    assert found.validators == Validators('"v1"', "Mon, 01 Jan 2024 00:00:00 GMT")
    (request,) = web.requests
    assert request.headers["user-agent"] == "citebot/1.2"
    assert request.headers["host"] == f"127.0.0.1:{web.port}"
    assert "cookie" not in request.headers
    assert "authorization" not in request.headers


def test_what_is_known_already_is_not_sent_again(web: Web) -> None:
    def answer(request: Request) -> bytes:
        is_known = request.headers.get("if-none-match") == '"v1"'
        return reply(b"", 304) if is_known else page("<p>New</p>", etag='"v1"')

    web.pages["/a"] = answer
    fetcher = web.fetcher()
    first = fetched(fetcher, web.url("/a"))
    assert fetcher.get_changed(web.url("/a"), HTML, first.validators) is None
    assert fetcher.get_changed(web.url("/a"), HTML, Validators('"v0"', "x")) is not None
    assert web.requests[-1].headers["if-modified-since"] == "x"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "0",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "\N{FULLWIDTH DIGIT ONE}27.0.0.1",
        "127。0。0。1",
    ],
)
def test_our_own_machine_is_not_fetched_in_any_notation(web: Web, host: str) -> None:
    web.pages["/"] = page("<p>secret</p>")
    with pytest.raises(FetchError) as refused:
        Fetcher(ports=[web.port], pause=0).get(f"http://{host}:{web.port}/", HTML)
    assert isinstance(refused.value, FetchRefused) or "No address is known" in str(refused.value)
    assert web.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "//127.0.0.1/a",
        "http:///a",
        "http://",
        "",
        "http://127.0.0.1:1/a",
        "http://127.0.0.1:99999/a",
        "http://name:word@127.0.0.1/a",
        "http://127.0.0.1/a\r\nX: y",
    ],
)
def test_other_schemes_ports_and_passwords_are_refused(web: Web, address: str) -> None:
    with pytest.raises(FetchRefused):
        web.fetcher(ports=(80, 443)).get(address, HTML)


def test_a_password_is_not_shown(web: Web) -> None:
    with pytest.raises(FetchRefused) as refused:
        web.fetcher().get(web.url("/a").replace("//", "//name:sesame@"), HTML)
    assert "sesame" not in str(refused.value)
    web.pages["/a"] = redirect("http://name:sesame@127.0.0.1/")
    with pytest.raises(FetchRefused) as refused:
        web.fetcher().get(web.url("/a"), HTML)
    assert "sesame" not in str(refused.value)


def test_ports_80_and_443_are_all_unless_set(web: Web) -> None:
    with pytest.raises(FetchRefused, match=f"Port {web.port} is not fetched from"):
        web.fetcher(ports=(80, 443)).get(web.url(), HTML)


def test_a_name_that_leads_inside_is_refused(web: Web) -> None:
    for answers in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%1"]):
        fetcher = web.fetcher(opened=(), resolve=lambda host, port, answers=answers: answers)
        with pytest.raises(FetchRefused, match=r"news\.test is not in the public net"):
            fetcher.get(web.url("/a", "news.test"), HTML)
    assert web.requests == []


def test_the_connection_goes_to_the_address_that_was_checked(web: Web) -> None:
    """Rebinding: a name whose second answer is another has no second question to answer."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        # Were it asked again for connecting, it would lead where nothing listens.
        return ["127.0.0.1"] if len(asked) <= 2 else ["127.9.9.9"]

    web.pages["/a"] = page("<p>Hello</p>")
    fetched(web.fetcher(resolve=resolve), web.url("/a", "news.test"))
    assert asked == ["news.test"] * 2  # for robots.txt, and for the page
    assert web.requests[0].headers["host"] == f"news.test:{web.port}"


def test_a_name_that_turns_inside_later_is_refused_then(web: Web) -> None:
    answers = [["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]
    web.pages["/a"] = page("<p>Hello</p>")
    fetcher = web.fetcher(resolve=lambda host, port: answers.pop(0))
    fetched(fetcher, web.url("/a", "news.test"))
    with pytest.raises(FetchRefused):
        fetcher.get(web.url("/a", "news.test"), HTML)


def test_every_redirect_is_checked(web: Web) -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "127.0.0.1" else ["192.168.0.1"]

    for place in (
        "http://inside.test/",
        "file:///etc/passwd",
        "http://u:p@127.0.0.1/",
        "gopher://127.0.0.1/",
    ):
        web.pages["/a"] = redirect(place)
        with pytest.raises(FetchRefused):
            web.fetcher(resolve=resolve, ports=[80, web.port]).get(web.url("/a"), HTML)


def test_redirects_are_followed_and_end(web: Web) -> None:
    web.pages |= {"/a": redirect("/b", 301), "/b": redirect("/c", 308), "/c": redirect("d/", 302)}
    web.pages["/d/"] = page("<p>Hello</p>")
    found = fetched(web.fetcher(), web.url("/a"))
    assert (found.url, found.moved) == (web.url("/d/"), web.url("/c"))

    web.pages["/d/"] = redirect("/a")
    with pytest.raises(FetchError, match="leads back to where it began"):
        web.fetcher().get(web.url("/a"), HTML)

    web.pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(100)}
    with pytest.raises(FetchError, match="leads on and on"):
        web.fetcher().get(web.url("/0"), HTML)
    assert "/6" not in web.paths()


def test_a_redirect_to_nowhere_is_an_error(web: Web) -> None:
    for location in ("http://[", "http://127.0.0.1:x/", "http://\udcff/".encode("utf-8", "surrogateescape")):
        text = location if isinstance(location, str) else location.decode("latin-1")
        web.pages["/a"] = f"HTTP/1.1 302 F\r\nLocation: {text}\r\n\r\n".encode("latin-1")
        with pytest.raises(FetchError):
            web.fetcher().get(web.url("/a"), HTML)


def drip(head: bytes, forever: bytes = b"x") -> Iterator[bytes]:
    yield head
    while True:
        time.sleep(0.05)
        yield forever


@pytest.mark.parametrize(
    "slow",
    [
        drip,
        lambda: drip(b"HTTP/1.1 200 OK\r\nX-A: "),
        lambda: drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        lambda: drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
        lambda: drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        lambda: drip(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "headers", "endless", "promised", "chunks", "continue"],
)
def test_a_slow_server_is_left_in_time(web: Web, slow: object) -> None:
    web.pages["/a"] = lambda request: drip(b"") if slow is drip else slow()  # type: ignore[operator]
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"It takes longer than 0\.7 seconds"):
        web.fetcher(limits=QUICK).get(web.url("/a"), HTML)
    assert time.monotonic() - began < 2


def test_a_name_server_that_hangs_is_left_in_time(web: Web) -> None:
    hung = threading.Event()
    fetcher = web.fetcher(limits=Limits(seconds=0.2), resolve=lambda host, port: [str(hung.wait(20))])
    with pytest.raises(FetchError, match="It takes longer"):
        fetcher.get(web.url("/a", "news.test"), HTML)
    hung.set()


def test_redirects_share_one_limit_of_time(web: Web) -> None:
    def late(to: str) -> Iterator[bytes]:
        time.sleep(0.3)
        yield redirect(to)

    web.pages |= {f"/{n}": lambda request, n=n: late(f"/{n + 1}") for n in range(5)}  # type: ignore[misc]
    with pytest.raises(FetchError, match="It takes longer"):
        web.fetcher(limits=QUICK).get(web.url("/0"), HTML)


def packed(data: bytes, coding: str) -> bytes:
    return reply(data, content_type="text/html", content_encoding=coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate", "two members"])
def test_packed_pages_are_unpacked(web: Web, coding: str) -> None:
    body = b"<p>Hello</p>" * 10
    raw = zlib.compressobj(wbits=-15)
    data = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw deflate": raw.compress(body) + raw.flush(),
        "two members": gzip.compress(body[:50]) + gzip.compress(body[50:]),
    }[coding]
    web.pages["/a"] = packed(data, "deflate" if "deflate" in coding else "gzip")
    assert fetched(web.fetcher(), web.url("/a")).data == body


def test_a_bomb_is_not_unpacked_further_than_its_limit(web: Web) -> None:
    pieces = [gzip.compress(b"\0" * 20_000_000)] * 50
    web.pages |= {
        "/bomb": packed(b"".join(pieces), "gzip"),
        "/other": packed(zlib.compress(b"0" * 2**24), "deflate"),
    }
    for path in ("/bomb", "/other"):
        began = time.monotonic()
        with pytest.raises(FetchError, match="It is larger than 10 MB"):
            web.fetcher().get(web.url(path), HTML)
        assert time.monotonic() - began < 2


def test_no_more_is_read_than_the_limit(web: Web) -> None:
    sent = []

    def endless(request: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        for _ in range(1_000):
            sent.append(1)
            yield b"x" * 100_000

    web.pages["/a"] = endless
    with pytest.raises(FetchError, match="It is larger than 10 MB"):
        web.fetcher().get(web.url("/a"), HTML)
    assert len(sent) < 300


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nshort",
        packed(gzip.compress(b"x" * 1000)[:-9], "gzip"),
        packed(b"no gzip at all", "gzip"),
        packed(b"x", "br"),
        b"",
        b"\x16\x03\x01nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_cut_off_or_no_http_is_an_error(web: Web, sent: bytes) -> None:
    web.pages["/a"] = sent
    with pytest.raises(FetchError):
        web.fetcher().get(web.url("/a"), HTML)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply(b"x", content_type="image/png"), "is of the type image/png, which is not read"),
        (reply(b"", 403), "answers 403: it wants a login, or does not let programs in"),
        (reply(b"", 404), "there is no such page"),
        (reply(b"", 500), "answers 500"),
        (reply(b"", 304), "answers 304"),
        (reply(b"", 302), "answers 302"),
    ],
)
def test_says_what_a_server_answered(web: Web, answer: bytes, message: str) -> None:
    web.pages["/a"] = answer
    with pytest.raises(FetchError, match=message):
        web.fetcher().get(web.url("/a"), HTML)


def failure(web: Web, answer: bytes) -> FetchError:
    web.pages["/a"] = answer
    with pytest.raises(FetchError) as failed:
        web.fetcher().get(web.url("/a"), HTML)
    return failed.value


def test_heeds_when_a_server_wants_to_be_asked_again(web: Web) -> None:
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    assert failure(web, reply(b"", 503, retry_after="120")).again == 120
    assert 50 <= (failure(web, reply(b"", 503, retry_after=later)).again or 0) <= 61
    assert failure(web, reply(b"", 503, retry_after="9" * 30)).again == 24 * 3600
    assert failure(web, reply(b"", 503, retry_after="x")).again is None
    assert failure(web, reply(b"", 410)).is_gone
    assert not failure(web, reply(b"", 404)).is_gone


def test_nothing_listens(web: Web) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(FetchError, match=r"127\.0\.0\.1 does not answer properly \(Connection refused\)"):
            web.fetcher(ports=[port]).get(f"http://127.0.0.1:{port}/", HTML)


def test_the_next_of_several_addresses_is_tried(web: Web) -> None:
    web.pages["/a"] = page("<p>Hello</p>")
    fetcher = web.fetcher(resolve=lambda host, port: ["127.0.0.77", "127.0.0.1"])
    fetched(fetcher, web.url("/a", "news.test"))


def test_robots_txt_is_heeded(web: Web) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: citebot\nDisallow: /private/*.html$\nAllow: /"
    web.pages |= {"/robots.txt": reply(rules), "/a": page("a"), "/private/b.html": page("b")}
    web.pages["/to"] = redirect("/private/b.html")
    fetcher = web.fetcher()
    fetched(fetcher, web.url("/a"))
    for path in ("/private/b.html", "/to"):
        with pytest.raises(FetchRefused, match=r"robots\.txt of 127\.0\.0\.1 keeps programs from"):
            fetcher.get(web.url(path), HTML)
    assert "/private/b.html" not in web.paths()


def test_a_site_whose_robots_txt_fails_is_left_alone(web: Web) -> None:
    web.pages |= {"/robots.txt": reply(b"", 503), "/a": page("a")}
    with pytest.raises(FetchError, match=r"robots\.txt of 127\.0\.0\.1 cannot be read just now"):
        web.fetcher().get(web.url("/a"), HTML)
    assert web.requests == []


def test_robots_txt_is_asked_for_once_and_may_be_endless(web: Web) -> None:
    asked = []

    def rules(request: Request) -> bytes:
        asked.append(request)
        return reply(b"User-agent: *\nDisallow: /no\n" + b"# x\n" * 1_000_000)

    web.pages |= {"/robots.txt": rules, "/a": page("a"), "/b": page("b")}
    fetcher = web.fetcher()
    fetched(fetcher, web.url("/a"))
    fetched(fetcher, web.url("/b"))
    assert len(asked) == 1
    with pytest.raises(FetchRefused):
        fetcher.get(web.url("/no"), HTML)


def test_one_host_is_asked_in_turns(web: Web) -> None:
    web.pages["/a"] = page("a")
    fetcher = web.fetcher(pause=0.2)
    began = time.monotonic()
    threads = [threading.Thread(target=fetcher.get, args=(web.url("/a"), HTML)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.6 <= time.monotonic() - began < 2


def test_a_site_that_wants_longer_pauses_has_them(web: Web) -> None:
    web.pages |= {"/robots.txt": reply("User-agent: *\nCrawl-delay: 0.5"), "/a": page("a")}
    fetcher = web.fetcher()
    began = time.monotonic()
    fetched(fetcher, web.url("/a"))
    fetched(fetcher, web.url("/a"))
    assert time.monotonic() - began >= 0.5


def test_what_waits_ends_when_it_is_closed(web: Web) -> None:
    web.pages["/a"] = page("a")
    fetcher = web.fetcher(pause=60)
    fetched(fetcher, web.url("/a"))
    threading.Timer(0.1, fetcher.close).start()
    with pytest.raises(FetchError, match="is being stopped"):
        fetcher.get(web.url("/a"), HTML)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for news.test that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    request = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=news.test"
    )
    made = [
        *request.split(),
        "-addext",
        "subjectAltName=DNS:news.test",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except OSError:
        pytest.skip("openssl, which makes the certificate, is not installed")
    return certificate, key


def test_a_certificate_is_for_the_name_and_not_the_address(certificate: tuple[Path, Path]) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with Web(serving) as web:
        web.pages["/a"] = page("<p>Hello</p>")

        def fetcher(tls: ssl.SSLContext | None) -> Fetcher:
            return web.fetcher(tls=tls, resolve=lambda host, port: ["127.0.0.1"])

        fetched(fetcher(trusting), web.url("/a", "news.test"))
        assert set(web.greeted) == {"news.test"}
        for tls, host in ((trusting, "other.test"), (trusting, "127.0.0.1"), (None, "news.test")):
            with pytest.raises(FetchError, match="shows no valid certificate"):
                fetcher(tls).get(web.url("/a", host), HTML)
        assert len(web.requests) == 1
