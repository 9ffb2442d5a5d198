"""What in a text names a person, and the text without it: numbers of certificates and phones, licence plates, and names
where it says that they are names.

Numbers are found in full-width digits and with blanks or hyphens inside, too. Names are found only where a label, an
introduction or a title stands beside a surname: nobody can tell every name from its letters, so no text that may hold
one leaves its sealed row (`ops/decisions/0127`).
"""

import re
from collections.abc import Callable
from datetime import date

MASK = "***"

NARROW = {code + 0xFEE0: code for code in range(ord("!"), ord("~") + 1)} | {0x3000: ord(" "), 0xA0: ord(" ")}
"""Letters of Chinese width as ASCII has them, one for one, so that what is found lies at the same place of the text."""
CODE = re.compile(r"[0-9A-Za-z_.\-]{0,64}")
GAP = r"[\s\-–—‐·]{0,2}"
GAPS = re.compile(r"[\s\-–—‐·]+")

MANY_DIGITS = re.compile(r"\d(?:\D{0,2}\d){10}")
"""No number of a person has fewer digits: most texts need no closer look."""
CERTIFICATE = re.compile(
    rf"(?<![0-9A-Za-z])(?:[1-8](?:{GAP}[0-9]){{16}}{GAP}[0-9Xx]|[1-8](?:{GAP}[0-9]){{14}})(?![0-9A-Za-z])"
)
DIGITS_OF_A_CERTIFICATE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9A-Za-z])")
"""What looks like a certificate's number in prose, right or wrong: nothing else there has so many digits."""
PHONE = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:\+|00)?86{GAP})?"
    rf"(?:1[3-9][0-9]{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}|1[3-9][0-9]{GAP}[0-9]{{3}}{GAP}[0-9]{{5}}"
    rf"|1[3-9][0-9]{{2}}{GAP}[0-9]{{4}}{GAP}[0-9]{{3}}|1[3-9][0-9]{{4}}{GAP}[0-9]{{5}}|1(?:[\s\-][0-9]){{10}})(?![0-9])"
)
PHONE_IN_PROSE = re.compile(PHONE.pattern.replace("(?<![0-9A-Za-z])", "(?<![0-9])", 1))
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][\s·\-]?"
    r"[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳](?![0-9A-Za-z])"
)
HOUSEHOLD = re.compile(r"(?:户号|户籍号|户口簿?号码?)[:是为\s]{0,2}([0-9A-Za-z][0-9A-Za-z\-]{3,29})")

SURNAMES = (
    "欧阳|上官|司马|诸葛|皇甫|东方|尉迟|公孙|慕容|令狐|夏侯|端木|亓官|司徒|司空|宇文|长孙|独孤|南宫|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟"
    "艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄"
    "丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练"
    "廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉"
    "银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由]"
)
LABELLED = re.compile(
    rf"(?:姓名|联系人|当事人|户主|房东|业主|车主|老人|患者|家属|报案人|投诉人|反映人|来电人|申请人):\s?"
    rf"((?:{SURNAMES})[一-鿿]{{1,2}})(?![一-鿿]{{2}})"
)
INTRODUCED = re.compile(rf"(?:我叫|名叫|本人叫|我的名字是)((?:{SURNAMES})[一-鿿]{{1,2}})(?![一-鿿])")
TITLE = re.compile(r"先生|女士|大爷|大妈|婆婆|阿姨|师傅|同志")
TITLED = re.compile(rf"(?:^|[^一-鿿]|[找由给叫为和与主是])((?:{SURNAMES})[一-鿿]{{0,2}})$")
LONGEST_NAME = 4
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
EARLIEST_BIRTH, LATEST_BIRTH = 1915, 2099


def narrow(text: str) -> str:
    """The text with ASCII's letters and digits where it has those of Chinese width; as long as before."""
    return text if text.isascii() else text.translate(NARROW)


def squeezed(text: str) -> str:
    """The same without blanks and hyphens: how a number is written has nothing to do with which it is."""
    return GAPS.sub("", narrow(text))


def names_person(code: str) -> bool:
    """Whether a code, a record's number or the name of a file holds the number of a certificate or a mobile phone."""
    return without_numbers(code) != code


def without_numbers(code: str, stand_in: Callable[[str], str] = lambda _: MASK) -> str:
    """A code with something else for each number of a person, which `stand_in` is given in its one form.

    Codes have many digits of their own: as a certificate's counts only what begins with a province and holds a day, as
    a phone's what no letter stands before.
    """
    if not MANY_DIGITS.search(code):
        return code
    plain = narrow(code)
    return _cut(code, [*_certificates(plain), *(found.span() for found in PHONE.finditer(plain))], stand_in)


def without_persons(topic: str) -> str:
    """A topic of devices with a mask for each level that is no code, or holds the number of a person."""
    levels = topic.split("/")
    return "/".join(level if CODE.fullmatch(level) and not names_person(level) else MASK for level in levels)


def masked(text: str) -> str:
    """A free text without what names a person, as far as that can be told."""
    plain = narrow(text)
    spans = [found.span(1) for form in (HOUSEHOLD, LABELLED, INTRODUCED) for found in form.finditer(plain)]
    spans += _titled(plain)
    spans += [found.span() for found in PLATE.finditer(plain)]
    if MANY_DIGITS.search(plain):
        spans += [found.span() for form in (DIGITS_OF_A_CERTIFICATE, PHONE_IN_PROSE) for found in form.finditer(plain)]
        spans += _certificates(plain)
    return _cut(text, spans)


def _titled(plain: str) -> list[tuple[int, int]]:
    """Names with a title behind them."""
    found = []
    for title in TITLE.finditer(plain):
        name = TITLED.search(plain, max(0, title.start() - LONGEST_NAME - 1), title.start())
        if name:
            found.append(name.span(1))
    return found


def _certificates(plain: str) -> list[tuple[int, int]]:
    return [found.span() for found in CERTIFICATE.finditer(plain) if _is_certificate(GAPS.sub("", found[0]))]


def _is_certificate(number: str) -> bool:
    """Whether it begins with a province and holds the birthday of somebody alive; the check character may be mistaken.

    Without that a grid's code would do, too: 15 digits of which the seventh to twelfth, of town and village, are small.
    """
    born = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        return PROVINCE.match(number) is not None and EARLIEST_BIRTH <= date.fromisoformat(born).year <= LATEST_BIRTH
    except ValueError:
        return False


def _cut(text: str, spans: list[tuple[int, int]], stand_in: Callable[[str], str] = lambda _: MASK) -> str:
    """The text with something else for each span; of spans that overlap the first stands for all."""
    if not spans:
        return text
    kept: list[str] = []
    end = 0
    for begin, stop in sorted(spans):
        if begin > end or not kept:
            kept += [text[end:begin], stand_in(squeezed(text[begin:stop]).upper())]
        end = max(end, stop)
    return "".join([*kept, text[end:]])
