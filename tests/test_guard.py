"""Which addresses are asked: decided from text and numbers alone. B50-B54, B57, B58, B60."""

from ipaddress import ip_address, ip_network

import pytest

from crawler.guard import RefusedError, is_public, target_of

# By case: numbers that nobody is to be led to, in every form a number takes.
NOT_PUBLIC = {
    "B50": ("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"),
    "B52": (
        *("::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.1.2.3", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "2001:0:808:808::f5ff:fffe"),
    ),
    "B54": (
        *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "10.0.0.1", "172.16.0.1", "172.31.9.9"),
        *("192.168.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.9.9", "198.51.100.1"),
        *("203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "fc00::1", "fd12::1", "fe80::1"),
        *("fe80::1%lo", "fec0::1", "ff02::1", "100::1", "2001:db8::1", "2001:10::1", "2001:20::1", "3fff::1"),
        *("5f00::1", "4000::1", "fd00:ec2::254"),
    ),
}
PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "9.9.9.9", "93.184.216.34", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1"),
    *("192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700:4700::1111", "2001:4860:4860::8888"),
    *("2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"),
)


@pytest.mark.parametrize(
    ("case", "number"), [(case, number) for case, all_of in NOT_PUBLIC.items() for number in all_of]
)
def test_a_number_that_not_everyone_can_reach_is_not_public(case: str, number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_a_number_that_everyone_can_reach_is_public(number: str) -> None:
    assert is_public(ip_address(number))


def test_a_network_of_ones_own_can_count_as_public() -> None:
    own = (ip_network("10.1.0.0/16"),)
    assert is_public(ip_address("10.1.2.3"), also=own)
    assert not is_public(ip_address("10.2.2.3"), also=own)
    assert is_public(ip_address("::ffff:10.1.2.3"), also=own)


ODD = {
    "B51": ("http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://0x7f.1/", "http://127.0.1/", "http://127.1/"),
    "B51 and a dot": ("http://127.1./", "http://0x7f000001./", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://a.b.0x1/"),
    "B53": ("http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://１２７.0.0.1/"),
    "B54": ("http://[fe80::1%lo]/", "http://[fe80::1%25lo]/"),
    "B57": (
        *("http://a.b\\@127.0.0.1/", "http://good@127.0.0.1/", "http://u:p@example.org/", "http://@example.org/"),
        *("http://127.0.\t0.1/", "http://127.0.0.1\n/", "http:/\\127.0.0.1", "http:///127.0.0.1/", "http:127.0.0.1/"),
        *("http://exa mple.org/", "http://%31%32%37.0.0.1/", "http://a..b/", "http://.a/", "http://[::1/"),
        *("http://[127.0.0.1]/", "http://example.org:/", "http://example.org:0/", "http://example.org:65536/", "http://example.org:x/"),
        *("http://example.org/a b", "http://example.org/\x00", "http://example.org/ä", "http://", ""),
        *(" http://example.org/", "//example.org/"),
        "http://example.org/" + "a" * 9000,
    ),
    "B58": (
        *("file:///etc/passwd", "ftp://example.org/", "s3://bucket/key", "data:text/xml,<rss/>", "gopher://127.0.0.1:6379/_x"),
        *("javascript:alert(1)", "FILE:///etc/passwd", "httpx://example.org/", "dict://127.0.0.1:11211/"),
    ),
    "B60": tuple(f"http://example.org:{port}/" for port in (1, 22, 25, 110, 465, 6000, 6379, 6667, 10080, 11211, 5432)),
}  # fmt: skip


@pytest.mark.parametrize(("case", "address"), [(case, address) for case, all_of in ODD.items() for address in all_of])
def test_an_address_that_is_not_as_it_should_be_is_refused_in_a_sentence(case: str, address: str) -> None:
    with pytest.raises(RefusedError) as refused:
        target_of(address)
    assert 10 < len(str(refused.value)) < 160
    assert "u:p" not in str(refused.value)


def test_an_address_is_read_as_it_will_be_asked() -> None:
    read = [
        target_of(address)
        for address in ("HTTP://Example.ORG./x?y#z", "https://[2606:4700::1111]:8443", "http://1.2.3.4./")
    ]
    assert [(target.scheme, target.host, target.port) for target in read] == [
        ("http", "example.org", 80),
        ("https", "2606:4700::1111", 8443),
        ("http", "1.2.3.4", 80),
    ]
    assert [target.number for target in read] == [None, ip_address("2606:4700::1111"), ip_address("1.2.3.4")]


def test_a_fragment_that_looks_like_a_host_is_none() -> None:
    """B57, `http://127.0.0.1#@good/`."""
    number = target_of("http://127.0.0.1#@good/").number
    assert number is not None
    assert not is_public(number)
