"""QR codes as lines of a terminal, two rows of modules in each line."""

import segno

_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""The character for a dark module above and below; drawn black on white."""

QUIET_ZONE = 4


def qr_lines(text: str, quiet_zone: int = QUIET_ZONE) -> tuple[str, ...]:
    """Return a QR code, with its quiet zone, to be drawn in black on white whatever the theme is.

    Capital letters, figures and a few marks alone make a smaller code than other text.
    """
    rows = [list(row) for row in segno.make_qr(text, error="l").matrix_iter(border=quiet_zone)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return tuple(
        "".join(_BLOCKS[int(above), int(below)] for above, below in zip(*pair, strict=True))
        for pair in pairs
    )


def wifi_text(name: str, password: str) -> str:
    r"""Return what a QR code says that joins a Wi-Fi network.

    >>> wifi_text("Hall; upstairs", "secret")
    'WIFI:T:WPA;S:Hall\\; upstairs;P:secret;;'
    >>> wifi_text("Open", "")
    'WIFI:T:nopass;S:Open;;'
    """
    if not password:
        return f"WIFI:T:nopass;S:{_escaped(name)};;"
    return f"WIFI:T:WPA;S:{_escaped(name)};P:{_escaped(password)};;"


def _escaped(text: str) -> str:
    return "".join(f"\\{mark}" if mark in '\\;,":' else mark for mark in text)
