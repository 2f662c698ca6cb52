"""Words that turn a claim round without a negation."""

import pytest

from qa.verifying.inflection import gerund, participle, past, root, third_person
from qa.verifying.opposites import Direction, direction


@pytest.mark.parametrize(
    ("claim", "sentence", "opposite"),
    [
        pytest.param("Emissions increased by 11 %.", "Emissions fell by 11 %.", "increased", id="another pair's word"),
        pytest.param("It opened before the war.", "After the war it opened.", "before", id="a function word"),
        pytest.param("Dogs are allowed.", "Dogs are forbidden.", "allowed", id="participles"),
        pytest.param("It did not rise.", "It did not fall.", "rise", id="both negated"),
    ],
)
def test_an_opposite_is_found(claim: str, sentence: str, opposite: str) -> None:
    assert direction(claim, sentence) == Direction((opposite,), is_turned_twice=False)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        pytest.param("Emissions rose.", "Emissions increased.", id="another word for the same"),
        pytest.param("Sales rose.", "Sales rose in May and fell in June.", id="the sentence has both"),
        pytest.param("Sales rose in May and fell in June.", "In June they fell.", id="the claim has both"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_no_opposite_is_none(claim: str, sentence: str) -> None:
    assert direction(claim, sentence) == Direction((), is_turned_twice=False)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [("Dogs are forbidden.", "Dogs are not allowed."), ("It was not open.", "It was closed.")],
)
def test_an_opposite_of_which_one_is_negated_says_the_same(claim: str, sentence: str) -> None:
    assert direction(claim, sentence) == Direction((), is_turned_twice=True)


@pytest.mark.parametrize(
    "forms",
    [
        ("rise", "rose", "risen", "rises", "rising"),
        ("stop", "stopped", "stopped", "stops", "stopping"),
        ("permit", "permitted", "permitted", "permits", "permitting"),
        ("deny", "denied", "denied", "denies", "denying"),
        ("include", "included", "included", "includes", "including"),
        ("open", "opened", "opened", "opens", "opening"),
        ("pass", "passed", "passed", "passes", "passing"),
    ],
)
def test_a_verb_has_its_forms(forms: tuple[str, ...]) -> None:
    base = forms[0]

    assert (past(base), participle(base), third_person(base), gerund(base)) == forms[1:]
    assert len({root(form) for form in forms}) == 1
