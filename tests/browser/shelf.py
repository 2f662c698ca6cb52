"""Documents whose characters are hard to count, and questions that they answer."""

from __future__ import annotations

from typing import NamedTuple

# A character that is two in UTF-16, or three in what one sees, moves every offset after it if anyone counts wrongly.
LIGHTHOUSE = (
    "🗼🗼🗼 Notes on the Harrow Lighthouse 🗼🗼🗼\r\n\r\n"
    "The Harrow Lighthouse 🗼 was lit for the first time in 1871. Its lamp 💡 burned rapeseed oil until 1902.\r\n"
    "The first keeper of the Harrow Lighthouse was Agnes Tolliver 👩🏽‍🔧, who stayed for 31 years. "
    "She kept a log 📓 of every ship that passed.\r\n\r\n"
    "The stairs of the Harrow Lighthouse have 214 steps 🪜. 🌊 The fog horn was added in 1923 after the wreck "
    "of the steamer Calloway. The tower is painted in red 🟥 and white ⬜ bands.\r\n"
)
BAKERY = (
    "# The Brindle Bakery 🥐\n\n"
    "Family business of the Okafors 👨‍👩‍👧‍👦, since 1958.\n\n"
    "## Bread 🍞\n\n"
    "The sourdough of the Brindle Bakery ferments for 36 hours at 18 °C. "
    "The rye loaf 🍞 weighs exactly 1,250 grams before it is baked.\n\n"
    "## Ovens 🔥\n\n"
    "The brick oven of the Brindle Bakery was built by Tomasz Wierzbicki in 1961. It is fired with beech wood 🪵.\n\n"
    "## Prizes 🏅🏅\n\n"
    "The Brindle Bakery won the Golden Crust prize 🏆 in 1987. "
    "The jury praised the walnut bread 🌰, which is sold only on Thursdays.\n\n"
    "## Cakes 🎂\n\n"
    "These cakes have to be ordered a day before:\n\n- honey cake 🍯\n- poppy seed roll\n- plum tart 🥧\n"
)
NAMES = (  # accents as characters of their own, and far too many of them
    "Register of the Vale\u0301ria Choir\n\n"
    "The Vale\u0301ria Choir was founded by Zoe\u0308 Ha\u0301jkova\u0301 in 1934. "
    "Its first concert took place in the chapel of Sa\u0303o Lourenc\u0327o.\n\n"
    "The altos of the Vale\u0301ria Choir were led by Nguye\u0302\u0303n Thi\u0323 Minh for two decades. "
    "The tenor Bjo\u0308rn A\u030asen lost his voice in 1949 and became the librarian.\n\n"
    "The choir's banner bears the word Z\u0351\u036b\u0343\u0305\u0301a\u0334\u0301l\u0335\u0300g\u0338\u0302o\u0337 "
    "in silver thread. "
    "The anthem of the Vale\u0301ria Choir was composed by Une\u0301 D\u030cura\u0301kova\u0301 in seven days. "
    "The Hindi verses \u0915\u094d\u0937\u093f\u0924\u093f \u0938\u0902\u0917\u0940\u0924 were added to the anthem "
    "in 1972.\n"
)
HARBOUR = (  # right to left within and between
    "# Harbour of Qamar / ميناء قمر\r\n\r\n"
    "The harbour master of Qamar is called עמוס ברק and speaks four languages. "
    "The pilot boat of the harbour is named \u200fنجمة البحر\u200f, which means star of the sea.\r\n\r\n"
    "## Fees / רשימת תעריפים\r\n\r\n"
    "A mooring in the harbour of Qamar costs 45 dinars a night. "
    "Fishermen with a green licence (רישיון ירוק) pay no mooring fee.\r\n\r\n"
    "## المنارة\r\n\r\n"
    "The customs house of Qamar (בית המכס) closes at 16:30. "
    "The inscription above its gate, «أهلا وسهلا», was carved in 1889 by Yusuf Haddad.\r\n\r\n"
    "המגדלור נבנה בשנת 1871 על ידי משפחת כהן. المنارة بنيت في عام ١٨٧١.\r\n"
)
LEDGER = (  # tabs, lone carriage returns, spaces that are none
    "Ledger\tof the\tPellworm Ferry\r\n"
    "========\r\n\r\n"
    "Year\tPassengers\tTons\r\n1901\t12,400\t310\r\n1902\t13,950\t342\r\n\r\n"
    "The Pellworm Ferry\tcarried 13,950 passengers in 1902. "
    "The captain\u00a0of the ferry was Ole\u00a0Petersen.\r\n\r\n"
    "\tThe boiler of the Pellworm Ferry exploded\ton 3 March 1905.\r\tNobody was hurt\u2028by the explosion.\r\n\r\n"
    "The ferry's\u200b insurance paid 8,200 marks for the boiler.   "
    "The new engine, \ta diesel, came from Kiel in 1906.\r\n"
    "The bell of the Pellworm Ferry hangs today in the school of Tammensiel.\r\n"
)
OBSERVATORY = (
    "---\ntitle: anything\n---\n\n"
    "Observatory of Monte Corvo\n==========================\n\n"
    "The **main telescope** of the Monte Corvo observatory has a mirror of 2.4 metres. "
    "It was cast by `Ferro & Figli` in *Turin*.\n\n"
    "### Staff 🔭\n\n"
    "- Director Lucia Ferrante has led the Monte Corvo observatory since 2011.\n"
    "- The night assistant of the observatory, Dario Conti, discovered the comet 318P ☄️ in 2016.\n\n"
    "> The dome of the Monte Corvo observatory turns once in four minutes.\n\n"
    "Visitors are admitted on the first Saturday of the month. "
    "A ticket to the observatory costs 12 euros 💶 & includes *one* look at Saturn 🪐.\n"
)
# What can be taken for markup, a template, a link or a mark, where a title, a heading and a text can hold it.
MARKUP = (
    "<script>window.hacked='s'</script> <img src=http://example.com/flimwick.gif onerror=window.hacked='i'> "
    "<iframe srcdoc=\"<script>parent.hacked='f'</script>\"></iframe> <style>*{display:none}</style> "
    "<a href=javascript:window.hacked='a'>link</a> ![logo](http://example.com/flimwick.png) "
    "[link](javascript:window.hacked='m') ${window.hacked='t'} {{window.hacked}} {{{window.hacked}}} C:\\new [1]"
)
HOSTILE = (
    f"# Flimwick {MARKUP}\n\n## Heading {MARKUP}\n\n"
    f"The flimwick handbook says {MARKUP} to everyone.\n\nThe flimwick has seven legs & <b>three</b> eyes [2].\n"
)
HOSTILE_NAME = "<img src=x onerror=window.hacked='n'> ${window.hacked='p'} {{x}} [1].md"
HOSTILE_QUESTION = "What does the flimwick handbook say?"


class Fleeting(NamedTuple):
    """A document that will not stay as it is."""

    text: str
    question: str
    quote: str
    later: str  # its text then; empty: it will be gone


FLEETING = {
    "gone.txt": Fleeting(
        "The Tidewater Museum opened on 4 May 1953.\n",
        "When did the Tidewater Museum open?",
        "The Tidewater Museum opened on 4 May 1953.",
        "",
    ),
    "edited.txt": Fleeting(
        "The Larkspur Theatre seats 640 people.\n",
        "How many people does the Larkspur Theatre seat?",
        "The Larkspur Theatre seats 640 people.",
        "The Larkspur Theatre seats 655 people.\n",
    ),
}
KEPT_QUESTION = "Who built the brick oven of the Brindle Bakery?"

DOCUMENTS = {
    "lighthouse.txt": LIGHTHOUSE,
    "bakery.md": BAKERY,
    "names.txt": NAMES,
    "harbour.md": HARBOUR,
    "ledger.txt": LEDGER,
    "observatory.md": OBSERVATORY,
    HOSTILE_NAME: HOSTILE,
    **{name: fleeting.text for name, fleeting in FLEETING.items()},
}
QUESTIONS = {
    "lighthouse.txt": (
        "When was the Harrow Lighthouse lit for the first time?",
        "What did the lamp of the lighthouse burn until 1902?",
        "Who was the first keeper of the Harrow Lighthouse?",
        "How many steps do the stairs of the Harrow Lighthouse have?",
        "When was the fog horn added?",
    ),
    "bakery.md": (
        "How long does the sourdough of the Brindle Bakery ferment?",
        "How much does the rye loaf weigh before it is baked?",
        "Who built the brick oven of the Brindle Bakery?",
        "When did the Brindle Bakery win the Golden Crust prize?",
        "On which day is the walnut bread sold?",
    ),
    "names.txt": (
        "Who founded the Vale\u0301ria Choir?",
        "Where did the first concert of the choir take place?",
        "Who led the altos of the choir?",
        "Which word does the choir's banner bear in silver thread?",
        "Which verses were added to the anthem in 1972?",
    ),
    "harbour.md": (
        "What is the harbour master of Qamar called?",
        "What is the pilot boat of the harbour named?",
        "How much does a mooring in the harbour of Qamar cost?",
        "When does the customs house of Qamar close?",
        "Who carved the inscription above the gate?",
    ),
    "ledger.txt": (
        "How many passengers did the Pellworm Ferry carry in 1902?",
        "Who was the captain of the ferry?",
        "When did the boiler of the Pellworm Ferry explode?",
        "How much did the ferry's insurance pay for the boiler?",
        "Where does the bell of the Pellworm Ferry hang today?",
    ),
    "observatory.md": (
        "How large is the mirror of the main telescope of the Monte Corvo observatory?",
        "Who has led the Monte Corvo observatory since 2011?",
        "Who discovered the comet 318P?",
        "How long does the dome of the Monte Corvo observatory take to turn?",
        "How much does a ticket to the observatory cost?",
    ),
}
