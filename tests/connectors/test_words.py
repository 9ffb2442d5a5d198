"""What gets out of a free text: names of places, counted figures, what is seen; never a person, never a number."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.words import FORM_OF_UNIT, MOST_WORDS, SYLLABLES, Lexicon, counted
from tests.connectors.fleet_samples import hechuan
from tests.matching.words import wordings

FIGURE = re.compile(rf"负?[1-9][0-9]{{0,3}}(?:{'|'.join(set(FORM_OF_UNIT.values()))})|[A-Z][0-9]{{0,2}}栋")
LONGEST_FORM = 4
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30)


@cache
def lexicon() -> Lexicon:
    return hechuan().lexicon


def words(text: str) -> set[str]:
    return set(lexicon().words(text))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Letters of all sorts between things that the lexicon knows, figures, and numbers of persons."""
    known = st.sampled_from(sorted({*lexicon().pairs, *lexicon().forms}))
    count = st.from_regex(r"[0-9零一二三四五六七八九十百]{1,12}[-. ]?", fullmatch=True)
    unit = st.sampled_from(sorted(FORM_OF_UNIT))
    pieces = draw(st.lists(st.one_of(HAN, known, count, unit, st.text(max_size=10)), max_size=60))
    return "".join(pieces)


@given(texts())
def test_only_what_is_listed_gets_out_beside_short_counted_figures(text: str) -> None:
    found = lexicon().words(text)
    assert list(found) == sorted(set(found))
    assert len(found) <= MOST_WORDS
    allowed = lexicon().pairs | set(lexicon().forms.values())
    assert all(word in allowed or FIGURE.fullmatch(word) for word in found)
    assert not any(re.search("[0-9]{5}", word) for word in found)


def test_no_listed_word_is_longer_than_a_word_and_no_pair_longer_than_a_pair() -> None:
    assert {len(pair) for pair in lexicon().pairs} == {SYLLABLES}
    assert max(len(form) for form in lexicon().forms.values()) <= LONGEST_FORM
    assert all(re.fullmatch("[一-鿿]+", form) for form in lexicon().forms.values())


def test_of_an_address_its_names_are_known_and_not_what_stands_between_them() -> None:
    known = Lexicon.of(["云门街道云门兴合路70号", "三汇镇三汇人民路", "1号路灯", "涞滩古镇"]).pairs
    assert known == {"云门", "门兴", "兴合", "合路", "三汇", "汇人", "人民", "民路", "路灯", "涞滩", "滩古", "古镇"}


@pytest.mark.parametrize(
    "text",
    [
        "我叫张伟", "李秀英女士", "请回电13812345678号", "电话138 1234 5678 号", "身份证500117197001011234号",
        "座机023-4282-1234号", "一三八一二三四五六七八号", "王建国的电话是62280402", "尾号12345号", "QQ号 88887777",
        "（138）1234/5678号", "138,1234,5678号", "三八一二/三四五六号", "一百三八一二三四五六七八号",
    ],
)  # fmt: skip
def test_names_and_numbers_of_persons_do_not_get_out(text: str) -> None:
    assert words(text) == set()


def test_who_calls_is_left_out_of_what_is_said_of_a_place() -> None:
    said = words("我是锦绣苑3栋2单元的王建国，电话13812345678，楼道里有煤气味")
    assert said == {"锦绣", "绣苑", "3栋", "2单元", "楼道", "味道"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("三栋", "3栋"), ("三幢", "3栋"), ("3号楼", "3栋"), ("３座", "3栋"), ("03栋", "3栋"), ("十二楼", "12楼"),
        ("第二十层", "20楼"), ("一百一十八号", "118号"), ("一一八号", "118号"), ("118号", "118号"), ("负一楼", "负1楼"),
        ("-1楼", "负1楼"), ("二单元", "2单元"), ("2号门旁边", "2号门"), ("112号门口", "112号"), ("a栋", "A栋"),
        ("一百零八号", "108号"), ("五社", "5社"), ("两组", "2组"),
    ],
)  # fmt: skip
def test_a_counted_figure_has_one_form_however_it_is_written(text: str, found: str) -> None:
    assert words(text) == {found}


def test_what_may_be_a_house_or_a_block_is_both() -> None:
    assert words("157号楼下") == {"157号", "157栋", "楼下"}
    assert words("157号楼") == {"157栋"}
    assert words("219号门面进水") == {"219号", "门面", "进水"}


@pytest.mark.parametrize("text", ["5月20号", "几十栋", "1.5楼", "二三楼", "12-3-1502号", "3个人", "损失500元", "0号"])
def test_what_is_no_figure_of_an_address_is_left_out(text: str) -> None:
    assert words(text) == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("九十九", 99),
        ("一千零二十", 1020),
        ("十十", None),
        ("百一百", None),
        ("三二十", None),
        ("1二", None),
    ],
)
def test_a_chinese_number_is_read_or_not_at_all(text: str, number: int | None) -> None:
    assert counted(text) == number


def test_what_is_said_in_several_ways_is_one_word() -> None:
    assert words("家里没得水") == words("家里停水了") == {"停水"}
    assert words("窨井盖翘起来了") == {"井盖", "松动"}


def test_a_letter_of_the_same_sound_is_taken_for_the_one_that_was_meant() -> None:
    assert words("锦秀院露水") == words("锦绣苑漏水")
    assert words("地下室进水") == {"车库", "进水"}, "what is a word of its own is no slip"
    assert words("露天停车") == set(), "a slip that makes no word is none"


def test_of_more_words_than_can_be_carried_figures_come_first() -> None:
    text = "".join(sorted(lexicon().pairs)) + "118号"
    assert len(words(text)) == MOST_WORDS
    assert "118号" in words(text)


def test_nothing_is_found_in_nothing() -> None:
    assert lexicon().words("") == ()
    assert Lexicon.of([]).words("锦绣苑") == ()


def test_every_way_to_put_a_happening_leaves_a_word() -> None:
    """Of those that the drawn truth knows; what comes of it may leave none."""
    silent = [text for one in wordings().values() for manner in one.manners for text in manner if not words(text)]
    assert silent == []
