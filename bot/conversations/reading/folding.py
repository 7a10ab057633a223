"""Makes one spelling of many: case, accents, chat shorthand, contractions, stretched letters.

Everything that is learnt or compared goes through `tokens`, so that "Perché NON va?!" and "xke nn va" are neighbours.
"""

import re
import unicodedata

LONGEST = 2000
HEAD, TAIL = 1400, 600

SHORTHAND = {
    "nn": "non", "x": "per", "cn": "con", "qlcn": "qualcuno", "qlc": "qualcosa", "qcs": "qualcosa", "xke": "perche",
    "xche": "perche", "xk": "perche", "perke": "perche", "ke": "che", "kome": "come", "kosa": "cosa", "ki": "chi",
    "cmq": "comunque", "tt": "tutto", "tnt": "tanto", "qnd": "quando", "qnt": "quanto", "dv": "dove", "pf": "per favore",
    "xfavore": "per favore", "xfav": "per favore", "sn": "sono", "ho": "ho", "anke": "anche", "qst": "questo",
    "qsto": "questo", "qsta": "questa", "risp": "risposta", "num": "numero", "msg": "messaggio", "grz": "grazie",
    "grazzie": "grazie", "thx": "thanks", "tnx": "thanks", "thnx": "thanks", "ty": "thanks", "tysm": "thanks",
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "y": "why", "wat": "what", "wats": "what is",
    "whats": "what is", "wen": "when", "cuz": "because", "coz": "because", "b4": "before", "2day": "today",
    "2moro": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow", "some1": "someone", "sum1": "someone",
    "any1": "anyone", "abt": "about", "ppl": "people", "gonna": "going to", "gotta": "have to",
    "cant": "can not", "cannot": "can not", "dont": "do not", "dnt": "do not", "doesnt": "does not", "isnt": "is not",
    "arent": "are not", "wasnt": "was not", "wont": "will not", "didnt": "did not", "havent": "have not",
    "hasnt": "has not", "couldnt": "could not", "shouldnt": "should not", "aint": "is not", "its": "it is",
    "im": "i am", "ive": "i have", "id": "id", "thats": "that is", "theres": "there is", "hows": "how is",
    "wheres": "where is", "whos": "who is", "lets": "let us", "youre": "you are", "tiket": "ticket",
    "tikets": "tickets", "tikket": "ticket", "ticketino": "ticket", "asap": "as soon as possible",
    "pwd": "password", "psw": "password", "passw": "password", "dox": "documents", "docs": "documents",
    "doc": "documento", "probl": "problema", "pb": "problema", "sto": "sto", "st": "sto", "cell": "cellulare",
    "po": "po", "gg": "giorni", "h": "ore", "nvm": "never mind", "idk": "i do not know",
    "boh": "boh", "helpdesk": "help desk", "trustedclient": "trusted client", "apposto": "a posto",
    "vabbe": "va bene", "vabe": "va bene", "okk": "ok", "oki": "ok", "okay": "ok", "k": "ok",
}  # fmt: skip
CONTRACTIONS = (
    (re.compile(r"\b(can|won|shan)'?t\b"), lambda m: {"can": "can not", "won": "will not", "shan": "shall not"}[m[1]]),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should|must|need|ai)n't\b"), r"\1 not"),
    (re.compile(r"\b(i)'m\b"), r"\1 am"),
    (re.compile(r"\b(you|we|they)'re\b"), r"\1 are"),
    (re.compile(r"\b(it|that|what|where|who|how|there|here|he|she|when|everything|nothing|something)'s\b"), r"\1 is"),
    (re.compile(r"\b(i|you|we|they)'ve\b"), r"\1 have"),
    (re.compile(r"\b(i|you|he|she|it|we|they|that)'ll\b"), r"\1 will"),
    (re.compile(r"\b(i|you|he|she|we|they)'d\b"), r"\1 would"),
    (re.compile(r"\blet's\b"), "let us"),
)
STRETCHED = re.compile(r"([^\W\d])\1{2,}")
TOKEN = re.compile(r"[a-z]+(?:\d+[a-z]*)?|\d+(?:[.,:/]\d+)*[a-z]*|[?!]|[^\W\d_a-z]+|[\U0001f000-\U0001faff☀-➿❤]")
PICTURES = {
    "👍": "emojiok", "👌": "emojiok", "✅": "emojiok", "🙏": "emojithanks", "❤": "emojithanks", "😘": "emojithanks",
    "👋": "emojihello", "👏": "emojibravo", "⭐": "emojibravo", "🙌": "emojibravo", "💪": "emojibravo", "🎉": "emojibravo",
    "💯": "emojibravo", "🥰": "emojithanks", "🤝": "emojithanks",
}  # fmt: skip


def shorten(text: str) -> str:
    """Keeps the beginning and the end of what is too long to be read whole."""
    return text if len(text) <= LONGEST else f"{text[:HEAD]} {text[-TAIL:]}"


def fold(text: str) -> str:
    """One spelling: small letters without accents, straight apostrophes, no stretched letters."""
    plain = unicodedata.normalize("NFKD", shorten(text).casefold().replace("’", "'").replace("`", "'"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return STRETCHED.sub(r"\1", bare)


def tokens(text: str) -> list[str]:
    """The words, numbers, question and exclamation marks and pictures of a text, shorthand written out."""
    folded = fold(text)
    for pattern, written_out in CONTRACTIONS:
        folded = pattern.sub(written_out, folded)
    return [word for found in TOKEN.findall(folded) for word in SHORTHAND.get(found, name(found)).split()]


def name(found: str) -> str:
    """What a token counts as: itself, or the name of the kind of sign it is."""
    if found[0].isascii():
        return found
    return "foreignscript" if found.isalpha() else PICTURES.get(found, "emoji")
