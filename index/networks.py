"""Which addresses of the net may be reached: public ones, and those of networks that the operator opened."""

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Of what is neither private nor reserved, that which leads to no public server either.
_CLOSED_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "100.64.0.0/10",  # behind providers' address translation, a cloud's metadata service among them
            "168.63.129.16/32",  # Azure's own service for its machines
            "192.0.0.0/24",  # protocol assignments, Oracle's metadata service among them
            "192.88.99.0/24",  # relays
        ),
    )
)
# All that is assigned in IPv6 lies here.
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class Networks:
    """The public net, and the networks in `opened`."""

    def __init__(self, opened: Iterable[Network] = ()) -> None:
        self._opened = tuple(opened)

    def allow(self, address: str) -> bool:
        """Whether a connection to this IP address may be made."""
        try:
            reached = _reached(ipaddress.ip_address(address))
        except ValueError:
            return False
        return any(reached in network for network in self._opened) or _is_public(reached)


def _reached(address: _Address) -> _Address:
    """Where packets end up: an IPv6 address may stand for an IPv4 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _TRANSLATED:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address


def _is_public(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        closed = address.is_multicast or address.is_reserved or not address.is_global
        return not closed and not any(address in network for network in _CLOSED_4)
    # A zone names an interface of this machine.
    return (
        address.scope_id is None
        and address in _GLOBAL_6
        and not any(address in network for network in _CLOSED_6)
    )
