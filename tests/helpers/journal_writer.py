"""A process to be killed: it goes on with a journal and tells on stdout what was acknowledged."""

import os
import sys
import time
from pathlib import Path
from random import SystemRandom
from zlib import crc32

from spinout_cli.storage.journal import Journal

LONGEST = 200_000


def main() -> None:
    chance = SystemRandom()
    path, doing = sys.argv[1:3]
    with Journal.resume(Path(path)) as journal:
        os.write(1, b"open\n")
        if doing == "hold":
            time.sleep(60)
        while doing == "write":
            answer = "é" * chance.choice((3, 80, 2000, chance.randrange(LONGEST // 2)))
            record = journal.append("answer", "q", answer)
            os.write(1, b"%d %d\n" % (record.seq, crc32(answer.encode())))


if __name__ == "__main__":
    main()
