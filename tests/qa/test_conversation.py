"""Follow-ups are made to stand alone; what stands alone is left as it is."""

import pytest

from index.conversing import Conversation
from qa.answer import Turn
from qa.conversation import leans_on_history, understand
from qa.smalltalk import smalltalk_reply
from qa.whole import asks_about_the_whole

ABOUT_A_BRIDGE = [
    Turn(role="user", content="Who designed the bridge?"),
    Turn(role="assistant", content="The bridge was designed by Joseph Strauss."),
]
ABOUT_STRAUSS = [
    Turn(role="user", content="Where was Joseph Strauss born?"),
    Turn(role="assistant", content="Joseph Strauss was born in Cincinnati."),
]
ABOUT_TOWERS = [
    Turn(role="user", content="What are suspension towers?"),
    Turn(role="assistant", content="Suspension towers carry the cables."),
]
ABOUT_AN_ATTACK = [
    Turn(role="user", content="What happened on 9 June?"),
    Turn(role="assistant", content="On 9 June 2025 an attack stopped the works for two days."),
]
ABOUT_A_HEAD = [
    Turn(role="user", content="Who is the head of the Porto site?"),
    Turn(role="assistant", content="The Porto site has been led by Ana Sousa since 2019."),
]
ABOUT_A_BORDER = [
    Turn(role="user", content="When will the governor be in Velm?"),
    Turn(role="assistant", content="Marguerite Stahl will be in Velm on Monday."),
]
ABOUT_A_SUPPLIER = [
    Turn(role="user", content="Who operates the telemetry platform?"),
    Turn(role="assistant", content="The telemetry platform is operated by Nordlicht."),
]
ABOUT_A_MEMO = [
    Turn(role="user", content="What does the memo say violates international law?"),
    Turn(role="assistant", content="The cutting off of water. [1]"),
]
ABOUT_A_CLOSURE = [
    Turn(role="user", content="Did the bridge close in the first year?"),
    Turn(role="assistant", content="The bridge closed for three weeks."),
]
ABOUT_A_CABLE = [
    Turn(role="user", content="What does the cable accuse President Marlow of?"),
    Turn(role="assistant", content="It accuses him of spreading rumours."),
]


@pytest.mark.parametrize(
    ("history", "question", "standalone"),
    [
        (ABOUT_A_BRIDGE, "When was it opened?", "When was the bridge opened?"),
        (ABOUT_A_BRIDGE, "And how long is it?", "How long is the bridge?"),
        (ABOUT_STRAUSS, "What did he study?", "What did Joseph Strauss study?"),
        (ABOUT_STRAUSS, "Who was his mother?", "Who was Joseph Strauss’s mother?"),
        (ABOUT_A_BRIDGE, "What did he study?", "What did Joseph Strauss study?"),
        (ABOUT_A_CABLE, "Does it name witnesses?", "Does the cable name witnesses?"),
        (ABOUT_A_MEMO, "What does it say about war?", "What does the memo say about war?"),
        (ABOUT_TOWERS, "How tall are they?", "How tall are suspension towers?"),
        (ABOUT_A_HEAD, "When did she start?", "When did Ana Sousa start?"),
        (ABOUT_A_BORDER, "What does she want?", "What does Marguerite Stahl want?"),
        (ABOUT_AN_ATTACK, "How much did it cost?", "What happened on 9 June? How much did it cost?"),
        (ABOUT_A_SUPPLIER, "What do we pay them?", "Who operates the telemetry platform? What do we pay them?"),
        (ABOUT_A_BRIDGE, "And when?", "Who designed the bridge? And when?"),
        (ABOUT_A_BRIDGE, "How do you build one?", "Who designed the bridge? How do you build one?"),
        (ABOUT_A_BRIDGE, "and when?", "Who designed the bridge? And when?"),
        (ABOUT_A_CLOSURE, "why?", "Why did the bridge close in the first year?"),
        (ABOUT_A_CLOSURE, "And in the third year?", "Did the bridge close in the third year?"),
        (ABOUT_A_CLOSURE, "And on Sundays?", "Did the bridge close in the first year? And on Sundays?"),
        (ABOUT_A_HEAD, "Who stands in for her?", "Who stands in for Ana Sousa?"),
        (ABOUT_A_HEAD, "Who asked her to start?", "Who asked Ana Sousa to start?"),
        (ABOUT_A_HEAD, "What are her own plans?", "What are Ana Sousa’s own plans?"),
        (ABOUT_A_BRIDGE, "No, I meant the towers.", "Who designed the bridge? No, I meant the towers."),
        (ABOUT_A_BRIDGE, "Is that all? Somebody helped.", "Who designed the bridge? Is that all? Somebody helped."),
    ],
)
def test_a_follow_up_is_completed_from_the_history(history: list[Turn], question: str, standalone: str) -> None:
    understood = understand(question, history)
    assert understood.standalone == standalone
    assert understood.is_follow_up


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        ("When was it opened?", "And how long is it?", "How long is the bridge?"),
        ("And when?", "And where?", "Who designed the bridge? And where?"),
        ("And the towers?", "What about the cables?", "Who designed the bridge? What about the cables?"),
        ("Where was he born?", "What did he study?", "What did Joseph Strauss study?"),
        ("Thanks!", "When was it opened?", "When was the bridge opened?"),
    ],
)
def test_a_follow_up_to_a_follow_up_keeps_the_subject(before: str, question: str, standalone: str) -> None:
    history = [*ABOUT_A_BRIDGE, Turn(role="user", content=before), Turn(role="assistant", content="In California.")]
    assert understand(question, history).standalone == standalone


@pytest.mark.parametrize(
    "question",
    [
        "Does the Prince of Wales have his own source of income?",
        "Is it safe to eat raw eggs?",
        "Is there life beyond Earth?",
        "I am confused. Is it speech to text?",
        "How does the Kubernetes Service work and why should I use it?",
    ],
)
def test_a_pronoun_with_its_own_antecedent_is_left(question: str) -> None:
    assert understand(question, ABOUT_A_BRIDGE).standalone == question


@pytest.mark.parametrize(
    "question", ["Who painted the ceiling of the chapel?", "How many people live in Kenya?", "Who won Formula One?"]
)
def test_a_question_that_stands_alone_is_not_touched(question: str) -> None:
    assert not leans_on_history(question)
    assert understand(question, ABOUT_A_BRIDGE).standalone == question


def test_a_greeting_is_nothing_to_refer_back_to() -> None:
    greeted = [Turn(role="user", content="Hello!"), Turn(role="assistant", content="Hello! Ask me something.")]
    assert understand("Is it right?", greeted).standalone == "Is it right?"


def test_without_history_nothing_is_made_up() -> None:
    assert understand("When was it opened?", []).standalone == "When was it opened?"


@pytest.mark.parametrize(
    "greeting",
    [
        "hi",
        "Hello there!",
        "good morning",
        "Thanks a lot!",
        "thank you",
        "what can you do?",
        "Hello, what can you do?",
        "Bye",
        "yes",
        "ok",
        "?",
        "2+2",
        "what is 2 + 2?",
        "Thanks, that's helpful",
        "How can I add documents?",
        "ok thanks",
    ],
)
def test_greetings_and_thanks_get_a_reply(greeting: str) -> None:
    assert smalltalk_reply(greeting)


@pytest.mark.parametrize(
    "question",
    [
        "Who said hello to the queen?",
        "What is the highest bridge?",
        "Thanks to whom was it built?",
        "2026-03-12",
        "Yes votes?",
        "How can I add documents to a case?",
        "Which documents do I need for a visa?",
    ],
)
def test_questions_are_not_smalltalk(question: str) -> None:
    assert smalltalk_reply(question) is None


@pytest.mark.parametrize(
    ("before", "conversation"),
    [
        (ABOUT_A_BRIDGE, "Who designed the bridge? What did repairs cost?"),
        ([*ABOUT_A_BRIDGE, *ABOUT_A_BRIDGE], "Who designed the bridge? What did repairs cost?"),
        (
            [*ABOUT_A_BRIDGE, *ABOUT_A_CABLE, *ABOUT_STRAUSS],
            "Who designed the bridge? Where was Joseph Strauss born? What did repairs cost?",
        ),
        (
            [Turn(role="user", content="Hello!"), *ABOUT_STRAUSS, Turn(role="user", content="Thanks!")],
            "Where was Joseph Strauss born? What did repairs cost?",
        ),
        ([Turn(role="user", content="the bridge")], "the bridge? What did repairs cost?"),
    ],
    ids=["one", "the same twice", "first and last of three", "small talk around it", "no sentence"],
)
def test_a_question_belongs_to_the_first_and_the_last_one_before_it(before: list[Turn], conversation: str) -> None:
    understood = understand("What did repairs cost?", before).conversation
    assert understood == Conversation("What did repairs cost?", conversation, understood.reply if understood else "")


def test_a_question_knows_the_last_reply_that_is_no_small_talk() -> None:
    thanked = [*ABOUT_A_BRIDGE, Turn(role="user", content="Thanks!"), Turn(role="assistant", content="You’re welcome!")]
    understood = understand("When was it opened?", thanked).conversation
    assert understood is not None
    assert (understood.typed, understood.reply) == ("When was it opened?", ABOUT_A_BRIDGE[1].content)


def test_a_question_that_nothing_was_asked_before_belongs_to_no_conversation() -> None:
    greeted = [Turn(role="user", content="Hello!"), Turn(role="assistant", content="Hello! Ask me something.")]
    assert understand("What did repairs cost?", []).conversation is None
    assert understand("What did repairs cost?", greeted).conversation is None


@pytest.mark.parametrize("question", ["What does the IT department do?", "Who leads IT?"])
def test_a_department_is_no_pronoun(question: str) -> None:
    assert understand(question, ABOUT_A_BRIDGE).standalone == question


def test_what_is_asked_now_stays_within_what_the_encoder_reads_after_a_long_question() -> None:
    why = understand("Why?", [Turn(role="user", content="word " * 2_000)]).standalone
    assert why.endswith("Why?")
    assert len(why) < 400
    conversation = understand("What did repairs cost?", [Turn(role="user", content="word " * 2_000)]).conversation
    assert conversation is not None
    assert conversation.whole.endswith("What did repairs cost?")
    assert len(conversation.whole) < 400


@pytest.mark.parametrize(
    "question",
    [
        "What is this article about?",
        "Summarize the document.",
        "What are the main points?",
        "Give me an overview",
        "tl;dr",
    ],
)
def test_questions_about_the_whole_are_known(question: str) -> None:
    assert asks_about_the_whole(question)


@pytest.mark.parametrize(
    "question", ["What does the memo say about military aid?", "What is the article of war about?"]
)
def test_questions_about_something_in_it_are_not(question: str) -> None:
    assert not asks_about_the_whole(question)
