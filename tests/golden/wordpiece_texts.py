"""The small vocabulary and the texts of the golden vectors; all our own."""

# ruff: noqa: RUF001
# Characters that look like others are the point of these texts.

import string

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = (
    "the a an and or of to in on is it not no yes you i what where when who how turn light "
    "kitchen play music set alarm for seven tomorrow morning weather paris capital france answer "
    "question phone edge small fast model run offline text cafe naive resume uber strasse "
    "istanbul Paris France I The Cafe"
)
SUBWORDS = ["ing", "ed", "er", "est", "ly", "es", "ness", "un", "able", "ight", "ment", "ize"]
# Single characters of many kinds, usable as a word and inside of one.
LETTERS = (
    "éèüñøæßœłđığſ"  # Latin, precomposed and without decomposition
    "αβγδεσςωιυφοώ"
    "абвгдйжияёзньо"
    "אבגדשלום"
    "ابتثمحد"
    "कखगािीतब"
    "กขคงาภษไทย"
    "中文北京日本語國"
    "かがきアイ"
    "한국어"
    "\u1112\u1161\u11ab\u1100\u116e\u11a8"  # jamo of two of these syllables
    "ＡａＢ"
    "😀🎉🚀"
    "°€™§"
    "\u0301\u0308\u0327\u0307\u093c\u3099"  # marks that stripping accents drops
    "\u302e\u302f\u08ca\u1abf\U0001d165"  # marks that stay
)
VOCABULARY: list[str] = [
    *SPECIAL,
    *string.punctuation,
    *"“”‘’«»—…¿¡。、「」",
    *string.digits,
    *string.ascii_lowercase,
    *"AEIOÅÉ",
    *LETTERS,
    *dict.fromkeys(word for word in WORDS.split() if len(word) > 1),
    *(f"##{subword}" for subword in SUBWORDS),
    *(f"##{character}" for character in string.digits + string.ascii_lowercase + LETTERS),
]

TEXTS = [
    "",
    " ",
    "\t\n\r ",
    "\u200b\u200d\ufeff",
    "a",
    "Turn on the kitchen light.",
    "What's the weather in Paris tomorrow?",
    "playing played player fastest unable smallness",
    "unknownword zzz qqq",
    "Wait... no!?  (yes)[no]{x}<y>",
    "a$b+c^d|e~f`g=h",
    "3.14 1,000 50% #1 @home x_y a/b c\\d",
    "I'm; you're: \"quoted\" 'single'",
    "“curly” ‘single’ em—dash ellipsis…",
    "¿qué? ¡no! «x» §5 20°C 5€ 5™",
    # Latin with accents, precomposed and decomposed
    "Café café CAFÉ cafe\u0301 CAFE\u0301",
    "naïve résumé über Åse ångström",
    "straße STRASSE ẞ ß ſ",
    "İstanbul ISTANBUL ıstanbul istanbul",
    "ǅ ǆ Ǆ ŉ ﬁ ﬂ Œuvre Æon Ødegård Łódź",
    "e\u0301\u0327 e\u0327\u0301 \u00e9\u0327 \u0229\u0301 \u1e1d",
    "\u0301a \u0344 a\u0344b \u0345",
    "ΣΊΣΥΦΟΣ Σ σ ς ΑΒΓ ω ώ \u1f82 \u0390",
    "Жизнь ЙОД йод и\u0306 Ёж",
    # Right to left, Indic, Thai
    "אבגד שָׁלוֹם",
    "ابتث مُحَمَّد \u0622",
    "कखग किताब क़ \u0915\u093c ो",
    "กขคง ภาษาไทย กำ",
    "\u09cb \u0bca \u0d4a \u0f73 \u0f71\u0f72 \u0f81",
    # CJK, kana, Hangul
    "中文",
    "日本語text北京",
    "x中y\u3400z\uf900w",
    "\U00020000\U0002a6d6\U0002b81d\U0002b81f\U0002b820\U0002b91f\U0002b920\U0002ceaf\U0002ceb0",
    "\U0002f800 \ufa0e \U0002fa1d \U00030000",
    "がか\u3099き アイウ ｱｲｳ パ",
    "「中文」、日本。",
    "한국어 국한 \u1112\u1161\u11ab \ud7a3 \uac00",
    "한\u302e국\u302f",
    # Marks that stay, in and out of canonical order, beside marks that are dropped
    "a\u302e\u0301 a\u0301\u302e \u00e9\u302e \u00e9\u0327\u302e",
    "a\u08ca\u302e a\u302e\u08ca \u1abf\u0323a",
    "\u302e \u302ea \u0301\u302e",
    "\U0001d15e \U0001d15f \U0001d165\u302ea a\U0001d165\u0334",
    # Controls, spaces, format characters, private use, unassigned
    "a\u0000b a\u0001b a\u007fb a\u0085b a\u001cb",
    "a\u000bb a\u000cb a\tb a\u00a0b a\u2003b a\u3000b a\u1680b a\u180eb",
    "a\u2028b a\u2029b a\u202fb a\u205fb a\u200bb",
    "soft\u00adhyphen zero\u200bwidth join\u200der left\u200emark \ufeffbom",
    "a\ufffdb \ufffd",
    "a\ue000b \U000f0000 \U0010fffd",
    "a\u0378b \u0378 \U000e0080 a\uffffb",
    "\U000e0041\U000e0042x \u2066iso\u2069",
    # Astral characters and offsets after them
    "😀 🎉x 🚀🚀 the",
    "👩\u200d🚀 👍🏽 🇫🇷 ok",
    "𝐀𝐁 \U00010400\U00010428 𐐀b 🄰",
    "ＡＢＣ　ａｂｃ １２３ ！？",
    "½ ² ① Ⅳ № ℃ K Å Ω",
    "\u212b \u2126 \u212a \u1e9e \u2163 \u24b6",
    "≮ ≠ \u037e \u0387 \u1fef \u2000",
    # Word length limits: 5, 6, 7, 100 and 101 characters after normalisation
    "aaaaa aaaaaa aaaaaaa",
    "a\u0301a\u0301a\u0301a\u0301a\u0301a\u0301 a\u302ea\u302ea\u302ea\u302e",
    "a" * 100,
    "a" * 101,
    "e\u0301" * 100,
    "😀" * 100 + " " + "😀" * 101,
    "##ing # #ing ing##",
    "[CLS] [SEP] [PAD] [UNK]",
]

MASKED = [
    "the capital of france is [MASK].",
    "[MASK]",
    "[MASK][MASK] x[MASK]y",
    "é[MASK]é 😀[MASK]",
    "[mask] [MASK [ MASK ] MASK]",
    "[CLS] [MASK] [SEP]",
    "a\u0301[MASK]\u0301b",
]

PAIRS: list[tuple[str, str | None]] = [
    ("turn on the kitchen light", None),
    ("", None),
    ("playing played", None),
    ("the light", "play music in the kitchen tomorrow morning"),
    ("play music in the kitchen tomorrow morning", "the light"),
    ("a b c d e f g", "h i j k l m n"),
    ("a b c d e f", "h i j k l m n"),
    ("", "the weather"),
    ("the weather", ""),
    ("", ""),
    ("😀 café", "中文 한 x"),
]

WINDOWS = [
    ("where is it", "it is in the kitchen and the light is on and the music is not"),
    ("who", "playing played player"),
    ("what is the capital of france", "paris is the capital"),
    ("", "a b c d e f g h i j k l m n o p"),
    ("é 😀", "中文北京 한국어 e\u0301e\u0301 😀😀😀 x"),
    ("where", ""),
]
