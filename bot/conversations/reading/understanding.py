"""`sportello understand`: shows how sentences are read, for whoever tunes them."""

from io import TextIOWrapper
from typing import TextIO

from .reader import read


def understand(stdin: TextIO, stdout: TextIO) -> None:
    """Prints intent, confidence and text, tab-separated, for each line read.

    After a tab a line may hold the question that an operator has open with the person. Bytes that are no UTF-8 are met
    with a replacement sign; each line in, the empty ones too, is a line out.
    """
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(encoding="utf-8", errors="replace")
    for line in stdin:
        text, _, question = line.rstrip("\r\n").partition("\t")
        reading = read(text, question.strip() or None)
        print(reading.intent, f"{reading.confidence:.3f}", text.strip("\r"), sep="\t", file=stdout, flush=True)
