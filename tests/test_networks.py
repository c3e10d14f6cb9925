"""Which IP addresses may be reached."""

import ipaddress

import pytest

from index.networks import Networks


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:81b::200e", "64:ff9b::8.8.8.8"]
)
def test_public_addresses_are_reached(address: str) -> None:
    assert Networks().allow(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",  # metadata at Alibaba
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",  # Azure
        "169.254.169.254",  # metadata at most clouds
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",  # metadata at Oracle
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001:0:53aa:64c:0:fbff:8000:1",  # Teredo
        "2001:db8::1",
        "2002:7f00:1::",  # 6to4 of 127.0.0.1
        "2002:a9fe:a9fe::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",  # metadata at Amazon
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "127.1",
        "2130706433",
    ],
)
def test_no_other_address_is_reached(address: str) -> None:
    assert not Networks().allow(address)


def test_a_network_is_opened_whatever_way_its_addresses_are_written() -> None:
    networks = Networks([ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd12::/48")])
    assert all(map(networks.allow, ["10.1.2.3", "::ffff:10.1.2.3", "2002:a01:203::", "fd12::7", "8.8.8.8"]))
    assert not any(map(networks.allow, ["10.2.0.1", "fd13::1", "127.0.0.1", "::ffff:10.2.0.1"]))
